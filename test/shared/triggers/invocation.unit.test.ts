// Where the lines of an invocation go while it runs, and once it is over.
import { InvocationContext } from '@azure/functions'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { log } from '../../../shared/telemetry/log.ts'
import { newTrace } from '../../../shared/telemetry/trace.ts'
import { inInvocation } from '../../../shared/triggers/invocation.ts'

afterEach(() => vi.restoreAllMocks())

const eventOf = (line: unknown): unknown => (JSON.parse(String(line)) as { event: unknown }).event

/** The events that the invocation's own log took, and those that went to the console. */
const logOf = (work: () => Promise<void>) => {
  const own: unknown[] = []
  const console_: unknown[] = []
  vi.spyOn(console, 'info').mockImplementation((line) => void console_.push(eventOf(line)))
  const context = new InvocationContext({
    functionName: 'test-function',
    logHandler: (_level, ...lines) => void own.push(...lines.map(eventOf)),
  })
  return { own, console: console_, run: () => inInvocation(context, newTrace(), work) }
}

describe('the log of an invocation', () => {
  it('takes what is written while it runs', async () => {
    const given = logOf(async () => {
      log.info('first')
      await Promise.resolve()
      log.info('second')
    })
    await given.run()
    expect([given.own, given.console]).toEqual([['first', 'second'], []])
  })

  it.each(['returned', 'failed'])(
    'takes nothing of what goes on once it has %s: that is on the console',
    async (how) => {
      const goOn = Promise.withResolvers<void>()
      let later: Promise<void> | undefined
      const given = logOf(async () => {
        later = goOn.promise.then(() => log.info('later'))
        if (how === 'failed') throw new Error('As planned.')
      })
      await given.run().catch(() => {})
      goOn.resolve()
      await later
      expect([given.own, given.console]).toEqual([[], ['later']])
    },
  )
})
