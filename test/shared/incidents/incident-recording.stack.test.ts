import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { AppError } from '../../../shared/errors.ts'
import { acknowledgeIncident, resolveIncident } from '../../../shared/incidents/incident-life.ts'
import { listIncidents, listParked } from '../../../shared/incidents/incident-list.ts'
import { ownerOfTenant, platform } from '../../../shared/incidents/incident-owner.ts'
import { type Failure, parkMessage, recordIncident } from '../../../shared/incidents/incident-recording.ts'
import { type Store, createStore } from '../../../shared/store/store.ts'
import { type TestAzurite, startAzurite } from '../../support/azurite.ts'
import { type TestSealing, startTestSealing } from '../../support/test-sealing.ts'
import { failureOf, messageOf, newTenant, platformFailure } from './failures.ts'

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

const now = () => new Date()
const at = (time: string) => () => new Date(time)
const record = (failure: Failure, clock = now) => recordIncident({ store, now: clock }, failure)
const incidents = async (state: 'unresolved' | 'all' = 'all', owner = ownerOfTenant(tenantId)) =>
  (await listIncidents(store, owner, { state, limit: 100 })).incidents
const theIncident = async () => {
  const [incident, ...more] = await incidents()
  if (!incident || more.length > 0) throw new Error(`There are ${more.length + (incident ? 1 : 0)} incidents.`)
  return incident
}
const messages = async (incidentId: string, owner = ownerOfTenant(tenantId)) =>
  (await listParked(store, { owner, incidentId }, { limit: 100 })).messages

describe('failures of one cause', () => {
  it('are one incident with the first and the last time, and the facts of the last', async () => {
    await record(failureOf(tenantId), at('2026-05-01T10:00:00Z'))
    const last = new AppError('peer-rejected', 'No.', {
      details: {
        peer: 'psa',
        operation: 'put agent',
        peerStatus: 409,
        attempts: 3,
        errors: [{ path: 'a', message: 'b' }],
      },
    })
    await record(failureOf(tenantId, { error: last }), at('2026-05-01T11:00:00Z'))
    expect(await theIncident()).toMatchObject({
      count: 2,
      parked: 0,
      state: 'open',
      severity: 'normal',
      firstSeenAt: '2026-05-01T10:00:00.000Z',
      lastSeenAt: '2026-05-01T11:00:00.000Z',
      facts: { peer: 'psa', peerOperation: 'put agent', peerStatus: 409 },
    })
  })

  it('are counted one by one when 50 come at once, from several instances', async () => {
    const instances = [store, createStore(azurite), createStore(azurite)]
    await Promise.all(
      Array.from({ length: 50 }, (_, index) =>
        recordIncident({ store: instances[index % 3] ?? store, now }, failureOf(tenantId)),
      ),
    )
    expect(await theIncident()).toMatchObject({ count: 50, parked: 0 })
    expect(await incidents('unresolved')).toHaveLength(1)
  })

  it('are one incident when 50 messages are parked at once, and none of the messages is lost', async () => {
    await Promise.all(
      Array.from({ length: 50 }, () =>
        parkMessage({ store, now, sealing: sealed.sealing }, failureOf(tenantId), messageOf(tenantId)),
      ),
    )
    const incident = await theIncident()
    expect(incident).toMatchObject({ count: 50, parked: 50 })
    expect(await messages(incident.incidentId)).toHaveLength(50)
  })

  it('are other incidents for another integration, operation, code or organization', async () => {
    await record(failureOf(tenantId))
    await record(failureOf(tenantId, { integration: 'code→psa' }))
    await record(failureOf(tenantId, { operation: 'something else' }))
    await record(failureOf(tenantId, { error: new AppError('peer-unauthorized', 'No.') }))
    await record(failureOf(newTenant()))
    expect((await incidents()).map(({ count }) => count)).toEqual([1, 1, 1, 1])
  })

  it('are listed newest first', async () => {
    await record(failureOf(tenantId, { operation: 'first' }), at('2026-05-01T10:00:00Z'))
    await record(failureOf(tenantId, { operation: 'second' }), at('2026-05-02T10:00:00Z'))
    expect((await incidents()).map(({ operation }) => operation)).toEqual(['second', 'first'])
    expect((await incidents('unresolved')).map(({ operation }) => operation)).toEqual(['second', 'first'])
  })

  it('open a new incident after the first was resolved, and not after it was acknowledged', async () => {
    await record(failureOf(tenantId))
    const { incidentId } = await theIncident()
    const key = { owner: ownerOfTenant(tenantId), incidentId }
    await acknowledgeIncident({ store, now }, key, 'user:a')
    await record(failureOf(tenantId))
    expect(await theIncident()).toMatchObject({ count: 2, state: 'acknowledged' })
    await resolveIncident({ store, now }, key, 'user:a')
    expect(await incidents('unresolved')).toEqual([])
    await record(failureOf(tenantId))
    expect((await incidents()).map(({ count, state }) => ({ count, state }))).toEqual([
      { count: 1, state: 'open' },
      { count: 2, state: 'resolved' },
    ])
    expect(await incidents('unresolved')).toMatchObject([{ count: 1 }])
  })

  it('are counted or opened anew, and never lost, while somebody resolves the incident', async () => {
    await record(failureOf(tenantId))
    const key = { owner: ownerOfTenant(tenantId), incidentId: (await theIncident()).incidentId }
    await Promise.all([
      ...Array.from({ length: 10 }, () => record(failureOf(tenantId))),
      resolveIncident({ store, now }, key, 'user:a'),
      ...Array.from({ length: 10 }, () => record(failureOf(tenantId))),
    ])
    const all = await incidents()
    expect(all.reduce((sum, { count }) => sum + count, 0)).toBe(21)
    expect(all.filter(({ state }) => state === 'resolved')).toHaveLength(1)
    expect(all.length).toBeLessThanOrEqual(2)
  })
})

describe('an incident', () => {
  it('belongs to the platform when every tenant alike is struck, and when it is not known whose it is', async () => {
    const operation = `operation ${newTenant()}`
    const unavailable = new AppError('peer-unavailable', 'PSA does not answer.')
    await record(failureOf(tenantId, { operation, error: unavailable }))
    await record(failureOf(newTenant(), { operation, error: unavailable }))
    await record(platformFailure(operation))
    await record(failureOf(undefined, { operation }))
    expect(await incidents()).toEqual([])
    const ofPlatform = (await incidents('all', platform)).filter((incident) => incident.operation === operation)
    expect(Object.fromEntries(ofPlatform.map(({ code, count }) => [code, count]))).toEqual({
      'event-not-understood': 1,
      'peer-rejected': 1,
      'peer-unavailable': 2,
    })
  })

  it('is acknowledged once, whoever repeats it', async () => {
    await record(failureOf(tenantId))
    const key = { owner: ownerOfTenant(tenantId), incidentId: (await theIncident()).incidentId }
    const first = await acknowledgeIncident({ store, now }, key, 'user:a')
    expect(first).toMatchObject({ state: 'acknowledged', acknowledgedBy: 'user:a' })
    expect(await acknowledgeIncident({ store, now }, key, 'user:b')).toEqual(first)
    expect(await theIncident()).toEqual(first)
  })

  it('is resolved once, whoever repeats it, and stays resolved when it is acknowledged after', async () => {
    await record(failureOf(tenantId))
    const key = { owner: ownerOfTenant(tenantId), incidentId: (await theIncident()).incidentId }
    const answers = await Promise.all(
      ['user:a', 'user:b', 'user:c'].map((by) => resolveIncident({ store, now }, key, by)),
    )
    const stored = await theIncident()
    expect(stored.state).toBe('resolved')
    expect(answers).toEqual([stored, stored, stored])
    expect(await acknowledgeIncident({ store, now }, key, 'user:d')).toEqual(stored)
  })

  it('is not found under another owner', async () => {
    await record(failureOf(tenantId))
    const { incidentId } = await theIncident()
    for (const owner of [ownerOfTenant(newTenant()), platform]) {
      const key = { owner, incidentId }
      const refused = { code: 'not-found' }
      await expect(acknowledgeIncident({ store, now }, key, 'user:a')).rejects.toMatchObject(refused)
      await expect(resolveIncident({ store, now }, key, 'user:a')).rejects.toMatchObject(refused)
      await expect(listParked(store, key, { limit: 1 })).rejects.toMatchObject(refused)
    }
    expect(await theIncident()).toMatchObject({ state: 'open' })
  })

  it('stays until it is resolved, and is gone 400 days after that', async () => {
    await record(failureOf(tenantId), at('2026-01-01T00:00:00Z'))
    const { incidentId } = await theIncident()
    const key = { owner: ownerOfTenant(tenantId), incidentId }
    const seenAt = async (time: string) => {
      const later = createStore(azurite, { now: () => Date.parse(time) })
      return (await listIncidents(later, key.owner, { state: 'all', limit: 10 })).incidents.length
    }
    expect(await seenAt('2036-01-01T00:00:00Z')).toBe(1)
    await resolveIncident({ store, now: at('2026-01-01T00:00:00Z') }, key, 'user:a')
    expect(await seenAt('2027-02-04T00:00:00Z')).toBe(1)
    expect(await seenAt('2027-02-06T00:00:00Z')).toBe(0)
  })
})

describe('a message', () => {
  const park = (given: Parameters<typeof messageOf>[1], failure = failureOf(tenantId)) =>
    parkMessage({ store, now, sealing: sealed.sealing }, failure, messageOf(tenantId, given))

  it('that is parked twice counts once, also when both happen at once', async () => {
    await park({ parkedId: 'm' })
    await park({ parkedId: 'm', attempts: 2 })
    await Promise.all([park({ parkedId: 'n' }), park({ parkedId: 'n' }), park({ parkedId: 'n' })])
    const incident = await theIncident()
    expect(incident).toMatchObject({ count: 2, parked: 2 })
    expect((await messages(incident.incidentId)).map(({ parkedId, attempts }) => [parkedId, attempts])).toEqual([
      ['m', 1],
      ['n', 1],
    ])
  })

  it('counts together with failures that have none', async () => {
    await record(failureOf(tenantId))
    await park({})
    expect(await theIncident()).toMatchObject({ count: 2, parked: 1 })
  })

  it('is listed with its own incident alone', async () => {
    const first = await park({ parkedId: 'm' })
    const second = await park({ parkedId: 'n' }, failureOf(tenantId, { operation: 'something else' }))
    expect((await messages(first.incidentId)).map(({ parkedId }) => parkedId)).toEqual(['m'])
    expect((await messages(second.incidentId)).map(({ parkedId }) => parkedId)).toEqual(['n'])
  })

  it('of a fault that strikes all is parked with the platform', async () => {
    const operation = `operation ${newTenant()}`
    const error = new AppError('tenant-unknown', 'Hub does not know it.')
    const { owner, incidentId } = await park({ parkedId: 'm' }, failureOf(tenantId, { operation, error }))
    expect(owner).toBe(platform)
    expect(await messages(incidentId, platform)).toMatchObject([
      { parkedId: 'm', code: 'tenant-unknown', state: 'parked' },
    ])
  })

  it('is gone after 90 days, body and all', async () => {
    const { owner, incidentId } = await parkMessage(
      { store, now: at('2026-01-01T00:00:00Z'), sealing: sealed.sealing },
      failureOf(tenantId),
      messageOf(tenantId),
    )
    const seenAt = async (time: string) => {
      const later = createStore(azurite, { now: () => Date.parse(time) })
      return (await listParked(later, { owner, incidentId }, { limit: 10 })).messages.length
    }
    expect(await seenAt('2026-03-31T00:00:00Z')).toBe(1)
    expect(await seenAt('2026-04-02T00:00:00Z')).toBe(0)
  })

  it('is parked in 2 pages when there are more than fit on one, none twice', async () => {
    const ids = Array.from({ length: 5 }, (_, index) => `m-${index}`)
    for (const parkedId of ids) await park({ parkedId })
    const key = { owner: ownerOfTenant(tenantId), incidentId: (await theIncident()).incidentId }
    const first = await listParked(store, key, { limit: 3 })
    const second = await listParked(store, key, { limit: 3, cursor: first.nextCursor })
    expect([...first.messages, ...second.messages].map(({ parkedId }) => parkedId)).toEqual(ids)
    expect(second.nextCursor).toBeUndefined()
  })
})
