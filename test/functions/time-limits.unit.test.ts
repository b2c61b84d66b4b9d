// That what a function allows itself ends before the host ends the whole process, with everything in flight.
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { parseHostJson, readHostJson, valueAt } from '@theone/functions-host/host-json'
import { all } from '../../functions/apps/all.ts'
import { parseTimeSpan } from '../../packages/functions-host/src/timer-schedule.ts'
import { projectFolder } from '../../local/parts.ts'
import { messageMinutesMaxUsual } from '../../shared/triggers/message-pipeline.ts'

const hostJson = parseHostJson(readHostJson(join(projectFolder, 'host.json')))
const timeoutMinutes = (hostJson.functionTimeoutMs ?? 0) / 60_000
const lockMinutes =
  (parseTimeSpan(String(valueAt(hostJson.raw, ['extensions', 'serviceBus', 'maxAutoLockRenewalDuration']))) ?? 0) /
  60_000

/** A minute is for the end of the work, and for what is written down of it. */
const marginMinutes = 1

const timers = all.definitions.filter((definition) => definition.kind === 'timer')
const consumers = all.definitions.filter(({ kind }) => kind === 'subscriber' || kind === 'command')

describe('the time that a function has', () => {
  it('is set for every plan, and no more than a Consumption plan gives', () => {
    expect(timeoutMinutes).toBe(10)
    expect([timers.length, consumers.length].every((count) => count > 3)).toBe(true)
  })

  it.each(timers)('of the timer $name is up before the host ends the process', ({ minutesMax }) => {
    expect(minutesMax + marginMinutes).toBeLessThanOrEqual(timeoutMinutes)
  })

  it.each(consumers)(
    'of $name is up before the lock of its message, and before the host ends the process',
    (consumer) => {
      const { minutesMax = messageMinutesMaxUsual } = consumer as { readonly minutesMax?: number }
      expect(minutesMax + marginMinutes).toBeLessThanOrEqual(Math.min(timeoutMinutes, lockMinutes))
    },
  )
})
