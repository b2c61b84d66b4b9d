// The work on a signal is killed before its steps, or met there by the same event, and gone on with by the event or by the night: one signal.
import { aroundEach, beforeAll, describe, expect, inject, it } from 'vitest'
import { loadConfig } from '../../../../shared/config/config.ts'
import { type Services, createServices } from '../../../../shared/services.ts'
import { runWithLogSink } from '../../../../shared/telemetry/log.ts'
import { interrupted, killPoints, killedAfter, stepsOf } from '../../../shared/effects/stepped-services.ts'
import { someOf } from '../../../support/thoroughness.ts'
import { newPerson } from './working-person.ts'

const { urls, settings } = inject('stack')
const services = createServices(loadConfig(settings))

/** Somebody of whom one more event makes a signal. */
const beforeSignal = async () => {
  const person = await newPerson({ urls, services })
  const { notice, usual, copying, signals, rows, markers } = person
  const [first = {}, last = {}] = copying
  await person.takeAll([notice, ...usual.slice(-15), first])
  return {
    tenantId: person.tenantId,
    night: person.night,
    takeLast: (taking?: Services) => person.take(last, taking),
    whatIsThere: async () => ({
      signals: (await signals()).length,
      states: (await rows()).map(({ state, draft }) => (draft === undefined ? state : `${state} with its draft`)),
      markers: (await markers()).length,
    }),
  }
}
const one = { signals: 1, states: ['made'], markers: 0 }
const none = { signals: 0, states: [], markers: 0 }

const quiet = <T>(run: () => Promise<T>): Promise<T> => runWithLogSink(() => {}, run)

let steps: readonly string[] = []
beforeAll(async () => {
  const { tenantId, takeLast } = await quiet(beforeSignal)
  steps = await quiet(() => stepsOf(services, tenantId, takeLast))
})
aroundEach((runTest) => quiet(runTest))

describe('a signal whose work is killed', () => {
  it.each([
    ['told when its event comes again', 5, false],
    ['told by the night alone once it was begun, and no second time when its event comes again', 5, true],
  ])('before any step is %s', { timeout: 180_000 }, async (_, most, isAfterNight) => {
    expect(steps).toEqual(expect.arrayContaining(['people.readSignalAudience', 'defend.createInsiderSignal']))
    for (const passed of someOf(killPoints(steps), most)) {
      const { tenantId, takeLast, night, whatIsThere } = await beforeSignal()
      await expect(takeLast(killedAfter(services, tenantId, passed))).rejects.toThrow('Killed')
      const place = `killed before step ${passed + 1} of ${steps.length}`
      if (isAfterNight) {
        await night()
        const left = await whatIsThere()
        expect(left, place).toEqual(left.states.length === 0 ? none : one)
      }
      await takeLast()
      expect(await takeLast()).toBe('duplicate')
      expect(await whatIsThere(), place).toEqual(one)
    }
  })
})

describe('a signal', () => {
  it('whose event comes once more before any step of its work is told once', { timeout: 180_000 }, async () => {
    for (const passed of someOf(killPoints(steps), 3)) {
      const { tenantId, takeLast, whatIsThere } = await beforeSignal()
      await takeLast(interrupted(services, tenantId, passed + 1, () => takeLast()))
      expect(await whatIsThere(), `once more before step ${passed + 1} of ${steps.length}`).toEqual(one)
    }
  })
})
