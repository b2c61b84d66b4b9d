// How an orchestration takes the failures of its steps, in virtual time.
import { describe, expect, it } from 'vitest'
import type { StepResult } from '../../../shared/flows/flow-envelope.ts'
import { type OrchestrationDefinition, orchestration } from '../../../shared/triggers/orchestration.ts'
import { type Answer, playFlow } from '../../support/flow-play.ts'
import { replay } from '../../support/replay.ts'
import { addUp, doubleItem, readPlan } from '../flows/journey/activities.ts'
import { journeyFlow } from '../flows/journey/orchestration.ts'

const startWith = (retrySeconds: number) => ({
  tenantId: 'tenant-1',
  requestId: 'request-1',
  traceparent: '00-04f09e80b76d9087e739b554be855559-8eead99166f7fbbe-01',
  retrySeconds,
})

/** Answers as the journey's own steps do, but for the steps given. */
const answers = (own: Readonly<Record<string, () => StepResult>> = {}): Answer => {
  const usual: Readonly<Record<string, (input: never) => unknown>> = {
    'test-read-plan': () => ({ items: [1, 2, 3], isForgiving: false }),
    'test-double-item': ({ item }: { item: number }) => item * 2,
    'test-add-up': ({ numbers }: { numbers: number[] }) => numbers.reduce((sum, number) => sum + number, 0),
    'flow-finish': () => null,
  }
  return ({ name, input }) => own[name]?.() ?? { done: usual[name]?.(input as never) }
}

const failing = (text: string) => (): never => {
  throw new Error(text)
}

const play = (definition: OrchestrationDefinition, answer: Answer, retrySeconds = 15) =>
  playFlow(definition, startWith(retrySeconds), answer)

const finishOf = ({ attempts }: Awaited<ReturnType<typeof play>>): unknown =>
  attempts.find(({ name }) => name === 'flow-finish')?.input

const hoursUntil = (time: string): number => (Date.parse(time) - Date.parse('2026-11-01T00:00:00Z')) / 3_600_000

describe('an orchestration', () => {
  it('ends with what its steps gave, and replays', async () => {
    const played = await play(journeyFlow, answers())
    expect(played).toMatchObject({ outcome: 'completed', output: { sum: 12 } })
    expect(await replay(journeyFlow, played.recording)).toBeGreaterThan(5)
  })

  it.each([1, 15, 600])(
    'tries a step again for 24 hours, first after %d s, then twice as long up to an hour',
    async (first) => {
      const played = await play(journeyFlow, answers({ 'test-add-up': failing('peer-unavailable: away') }), first)
      const times = played.attempts.filter(({ name }) => name === 'test-add-up').map(({ at }) => Date.parse(at))
      const waits = times.slice(1).map((time, index) => (time - (times[index] ?? 0)) / 1_000)
      expect(waits.slice(0, 3)).toEqual([first, first * 2, first * 4])
      expect(Math.max(...waits)).toBe(3_600)
      expect(hoursUntil(played.attempts.at(-1)?.at ?? '')).toBeGreaterThanOrEqual(24)
      expect(hoursUntil(played.endedAt)).toBeLessThan(25)
      expect(finishOf(played)).toEqual({
        flow: journeyFlow.name,
        integration: 'suite→flows',
        operation: 'journey',
        failed: { code: 'peer-unavailable', detail: 'A step failed again and again until its time was up.' },
      })
      expect(played.outcome).toBe('failed')
    },
  )

  it('says the code of a step that was given up among several at once', async () => {
    const played = await play(
      journeyFlow,
      answers({ 'test-double-item': failing('storage-unavailable: x: internal: y') }),
    )
    expect(finishOf(played)).toMatchObject({ failed: { code: 'storage-unavailable' } })
  })

  it('is over at the first failure for good, which it may catch', async () => {
    const refused = (): StepResult => ({ failed: { code: 'peer-rejected', detail: 'No.' } })
    const played = await play(journeyFlow, answers({ 'test-add-up': refused }))
    expect(finishOf(played)).toMatchObject({ failed: { code: 'peer-rejected', detail: 'No.' } })
    expect(played.attempts.filter(({ name }) => name === 'test-add-up')).toHaveLength(1)
  })

  it('fails as an unexpected end when its own code throws', async () => {
    const broken = orchestration({
      ...journeyFlow,
      handler: function* (flow) {
        yield* flow.call(addUp, { numbers: [] })
        throw new TypeError('validation-failed: a secret')
      },
    })
    expect(finishOf(await play(broken, answers()))).toMatchObject({
      failed: { code: 'internal', detail: 'The work ended unexpectedly.' },
    })
  })

  it('names its work by what it is about, and closes also what failed before that was known', async () => {
    const telling = orchestration({
      ...journeyFlow,
      handler: function* (flow) {
        yield* flow.call(readPlan, {})
        flow.about('sums')
        return { sum: yield* flow.call(addUp, { numbers: [1, 2] }) }
      },
    })
    const played = await play(telling, answers())
    const scheduled = played.recording.history.flatMap((event) => ('Input' in event ? [event.Input] : []))
    const operations = scheduled.flatMap((input) => /"operation":"([^"]*)"/.exec(input)?.[1] ?? [])
    expect(operations).toEqual(['journey', 'journey (sums)', 'journey (sums)'])
    expect(finishOf(played)).toMatchObject({ operation: 'journey (sums)', begunAs: 'journey', result: { sum: 3 } })
    expect(await replay(telling, played.recording)).toBeGreaterThan(3)
    const refused = (): StepResult => ({ failed: { code: 'model-missing', detail: 'None.' } })
    const failed = await play(telling, answers({ 'test-add-up': refused }))
    expect(finishOf(failed)).toMatchObject({ operation: 'journey (sums)', failed: { code: 'model-missing' } })
  })

  it('takes no more steps at once than it is told, and none for nothing', async () => {
    const fan = (items: readonly number[]) =>
      orchestration({
        ...journeyFlow,
        handler: function* (flow) {
          const numbers = yield* flow.callEach(
            doubleItem,
            items.map((item) => ({ item })),
            { atOnce: 2 },
          )
          return { all: numbers.join() }
        },
      })
    expect((await play(fan([]), answers())).output).toEqual({ all: '' })
    const played = await play(fan([5, 6, 7]), answers())
    expect(played.output).toEqual({ all: '10,12,14' })
    expect(await replay(fan([5, 6, 7]), played.recording)).toBeGreaterThan(3)
  })

  it('sleeps until the time that it names', async () => {
    const sleeper = orchestration({
      ...journeyFlow,
      handler: function* (flow) {
        yield* flow.sleepUntil(new Date(flow.now().getTime() + 7_200_000))
        return { at: flow.now().toISOString() }
      },
    })
    expect((await play(sleeper, answers())).output).toEqual({ at: '2026-11-01T02:00:00.000Z' })
  })

  // The library splits a long wait only from replay schema V3 on (OutOfProcMiddleware.cs: `upperSchemaVersionNew`).
  it('may wait for longer than a timer of Azure can, and replays', async () => {
    const patient = orchestration({
      ...journeyFlow,
      handler: function* (flow) {
        yield* flow.sleepUntil(new Date(flow.now().getTime() + 10 * 24 * 3_600_000))
        return { sum: yield* flow.call(addUp, { numbers: [1, 2] }) }
      },
    })
    const played = await play(patient, answers())
    expect(played).toMatchObject({ outcome: 'completed', output: { sum: 3 } })
    expect(hoursUntil(played.endedAt)).toBe(240)
    const timers = played.recording.history.filter((event) => 'FireAt' in event && !('TimerId' in event))
    expect(timers).toHaveLength(3)
    expect(await replay(patient, played.recording)).toBeGreaterThan(3)
  })
})
