// Incidents that a success closes, in the tables of an emulator of their own.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { AppError } from '../../../shared/errors.ts'
import { settleReplay } from '../../../shared/incidents/incident-life.ts'
import { listIncidents, listParked } from '../../../shared/incidents/incident-list.ts'
import { ownerOfTenant, platform } from '../../../shared/incidents/incident-owner.ts'
import { parkMessage, recordIncident } from '../../../shared/incidents/incident-recording.ts'
import { type Success, recordSuccess } from '../../../shared/incidents/success.ts'
import { type Store, createStore } from '../../../shared/store/store.ts'
import { continueTrace, runInTrace } from '../../../shared/telemetry/trace.ts'
import { type TestAzurite, startAzurite } from '../../support/azurite.ts'
import { type TestSealing, startTestSealing } from '../../support/test-sealing.ts'
import { failureOf, messageOf, newTenant } from './failures.ts'

let azurite: TestAzurite
let store: Store
let sealed: TestSealing
let tenantId: string

beforeAll(async () => {
  azurite = await startAzurite()
  store = createStore(azurite)
  sealed = await startTestSealing(store)
})
afterAll(() => Promise.all([sealed.close(), azurite.stop()]))
beforeEach(() => {
  tenantId = newTenant()
})

/** What is parked is kept for 90 days of the present. */
const today = new Date().toISOString().slice(0, 10)
const at = (time: string) => () => new Date(`${today}T${time}Z`)
const work = () => ({ integration: 'hub→psa', operation: `keep ${tenantId} in step` }) as const
const fail = (time: string, code: 'peer-rejected' | 'peer-unavailable' = 'peer-rejected', on = store) =>
  recordIncident({ store: on, now: at(time) }, failureOf(tenantId, { ...work(), error: new AppError(code, 'No.') }))
const succeed = (begun: string, on = store) =>
  recordSuccess({ store: on, now: at('23:00:00') }, { ...work(), tenantId, begunAt: at(begun)() })
const states = async (owner = ownerOfTenant(tenantId)) =>
  (await listIncidents(createStore(azurite), owner, { state: 'all', limit: 100 })).incidents
    .filter(({ operation }) => operation === work().operation)
    .map(({ state }) => state)

describe('a success', () => {
  it('closes what failures of the same integration and operation opened, whatever their cause', async () => {
    await fail('10:00:00')
    await fail('10:01:00', 'peer-unavailable')
    await succeed('10:02:00')
    expect([await states(), await states(platform)]).toEqual([['resolved'], ['resolved']])
    const { incidents } = await listIncidents(store, ownerOfTenant(tenantId), { state: 'all', limit: 1 })
    expect(incidents).toMatchObject([{ resolvedBy: 'success', resolvedAt: `${today}T23:00:00.000Z` }])
  })

  it('closes nothing of another operation, integration or organization', async () => {
    await fail('10:00:00')
    const tools = { store, now: at('23:00:00') }
    const begunAt = at('10:02:00')()
    await recordSuccess(tools, { ...work(), operation: 'something else', tenantId, begunAt })
    await recordSuccess(tools, { ...work(), integration: 'code→psa', tenantId, begunAt })
    await recordSuccess(tools, { ...work(), tenantId: newTenant(), begunAt })
    expect(await states()).toEqual(['open'])
  })

  it('that began before the failure leaves it open', async () => {
    await fail('10:05:00')
    await succeed('10:04:00')
    expect(await states()).toEqual(['open'])
  })

  it('and a failure right after it are two incidents', async () => {
    await fail('10:00:00')
    await succeed('10:01:00')
    await fail('10:02:00')
    expect(await states()).toEqual(['open', 'resolved'])
  })

  it('of two instances at once closes it once', async () => {
    await fail('10:00:00')
    await Promise.all([succeed('10:01:00'), succeed('10:01:00', createStore(azurite)), succeed('10:01:00')])
    expect(await states()).toEqual(['resolved'])
    await fail('10:02:00')
    expect(await states()).toEqual(['open', 'resolved'])
  })

  it('at the same time as a failure of another instance never closes the later failure', async () => {
    for (let round = 0; round < 10; round += 1) {
      await fail('10:00:00')
      await Promise.all([succeed('10:01:00'), fail('10:02:00', 'peer-rejected', createStore(azurite))])
      expect((await states()).filter((state) => state === 'open')).toHaveLength(1)
      await succeed('10:03:00', createStore(azurite))
    }
  })

  it('leaves an incident open whose messages are parked, and says that its cause is gone until it fails again', async () => {
    const message = messageOf(tenantId)
    const parking = { ...failureOf(tenantId, work()) }
    const { owner, incidentId } = await parkMessage(
      { store, now: at('10:00:00'), sealing: sealed.sealing },
      parking,
      message,
    )
    await succeed('10:01:00')
    const read = async () => (await listIncidents(store, owner, { state: 'all', limit: 1 })).incidents[0]
    expect(await read()).toMatchObject({ state: 'open', parked: 1, recoveredAt: `${today}T23:00:00.000Z` })
    expect((await listParked(store, { owner, incidentId }, { limit: 10 })).messages).toHaveLength(1)
    await fail('10:02:00')
    expect(await read()).not.toHaveProperty('recoveredAt')
    await settleReplay({ store, now: at('10:03:00') }, { owner, incidentId, parkedId: message.parkedId })
    expect(await read()).toMatchObject({ state: 'resolved', parked: 0 })
  })

  describe('of work that was tried again', () => {
    const trace = continueTrace({ correlationId: 'the-run' })
    const own = (doing: () => Promise<void>) => runInTrace(trace, doing)
    const goThrough = (success: Partial<Success>) => {
      const done = { ...work(), tenantId, begunAt: at('10:00:00')(), ...success }
      return recordSuccess({ store, now: at('23:00:00') }, done)
    }

    it('closes what it failed with itself on the way, though it began before', async () => {
      await own(() => fail('10:05:00', 'peer-unavailable'))
      await goThrough({ correlationId: 'another-run' })
      expect(await states(platform)).toEqual(['open'])
      await goThrough({ correlationId: 'the-run' })
      expect(await states(platform)).toEqual(['resolved'])
    })

    it('leaves what it told on the way and did not try again', async () => {
      await own(() => fail('10:05:00', 'peer-rejected'))
      await goThrough({ correlationId: 'the-run' })
      expect(await states()).toEqual(['open'])
    })

    it('closes incidents of the one cause that it had failed with, and of no other', async () => {
      await fail('09:00:00', 'peer-rejected')
      await fail('09:00:00', 'peer-unavailable')
      await goThrough({ code: 'peer-unavailable' })
      expect([await states(), await states(platform)]).toEqual([['open'], ['resolved']])
    })
  })

  it('reads once in five seconds and writes nothing while nothing is open', async () => {
    const counting = createStore(azurite)
    const opened: string[] = []
    const watched: Store = {
      ...counting,
      open: (table) => {
        opened.push(table.name)
        return counting.open(table)
      },
    }
    for (let call = 0; call < 50; call += 1) await succeed('10:00:00', watched)
    expect(opened).toEqual(['incidents', 'incidents'])
  })
})
