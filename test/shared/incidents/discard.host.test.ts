// Parked messages that are looked at, discarded, and what they mean for their incident, in the tables of an emulator of their own.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { discardAll, discardMessage } from '../../../shared/incidents/discard.ts'
import { readIncident, resolveIncident } from '../../../shared/incidents/incident-life.ts'
import { listParked, readParked } from '../../../shared/incidents/incident-list.ts'
import { parkMessage } from '../../../shared/incidents/incident-recording.ts'
import { incidentTable } from '../../../shared/incidents/incident-table.ts'
import { type Store, createStore } from '../../../shared/store/store.ts'
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

const tools = () => ({ store, now: () => new Date(), sealing: sealed.sealing })
const decision = { by: 'user:mia', reason: 'The detection was a test.' }
const park = async (given: Parameters<typeof messageOf>[1] = {}) => {
  const message = messageOf(tenantId, given)
  return { ...(await parkMessage(tools(), failureOf(tenantId), message)), parkedId: message.parkedId }
}
const left = async (key: Awaited<ReturnType<typeof park>>) => (await listParked(store, key, { limit: 100 })).messages

describe('an incident with parked messages', () => {
  it('is not resolved, since nothing else would show them', async () => {
    const key = await park()
    await expect(resolveIncident(tools(), key, 'user:mia')).rejects.toMatchObject({ code: 'messages-parked' })
    expect((await readIncident(store, key)).value).toMatchObject({ state: 'open', parked: 1 })
    expect(await left(key)).toHaveLength(1)
  })

  it('is resolved once all of them are discarded', async () => {
    const [key] = [await park(), await park(), await park()]
    await discardAll(tools(), key, decision)
    expect(await resolveIncident(tools(), key, 'user:mia')).toMatchObject({ state: 'resolved', parked: 0 })
    expect(await left(key)).toEqual([])
  })

  it('is resolved while they are on their way again', async () => {
    const key = await park()
    const rows = store.open(incidentTable).parked
    const row = await rows.get(key)
    if (!row) throw new Error('The message is not parked.')
    await rows.update(row, { ...row.value, state: 'replaying', replays: 1, replayedAt: new Date().toISOString() })
    expect(await resolveIncident(tools(), key, 'user:mia')).toMatchObject({ state: 'resolved' })
  })
})

describe('a message that is discarded', () => {
  it('is gone with its body; who did it and why is kept; the incident stays open', async () => {
    const key = await park({ eventId: 'event-1' })
    const other = await park()
    await discardMessage(tools(), key, decision)
    const rows = store.open(incidentTable)
    expect(await Promise.all([rows.parked.get(key), rows.body.get(key)])).toEqual([undefined, undefined])
    expect((await rows.discarded.get(key))?.value).toMatchObject({
      eventId: 'event-1',
      eventType: 'hub.iam.user_created',
      reason: decision.reason,
      discardedBy: 'user:mia',
    })
    expect((await readIncident(store, key)).value).toMatchObject({ state: 'open', parked: 1 })
    expect((await left(key)).map(({ parkedId }) => parkedId)).toEqual([other.parkedId])
  })

  it('by two at once counts once, and repeating it changes nothing', async () => {
    const [key] = [await park(), await park(), await park()]
    const elsewhere = { store: createStore(azurite), now: () => new Date() }
    await Promise.all([discardMessage(tools(), key, decision), discardMessage(elsewhere, key, decision)])
    await discardMessage(tools(), key, decision)
    expect((await readIncident(store, key)).value.parked).toBe(2)
  })

  it('was parked with this incident, and is not on its way again', async () => {
    const key = await park()
    await expect(discardMessage(tools(), { ...key, parkedId: 'no' }, decision)).rejects.toMatchObject({
      code: 'not-found',
    })
    const rows = store.open(incidentTable).parked
    const row = await rows.get(key)
    if (!row) throw new Error('The message is not parked.')
    await rows.update(row, { ...row.value, state: 'replaying', replays: 1 })
    await expect(discardMessage(tools(), key, decision)).rejects.toMatchObject({
      code: 'conflict',
      message: 'The message is being replayed. Wait for the result.',
    })
  })
})

describe('a parked message', () => {
  it('is read with its facts and its body, without secrets', async () => {
    const secret = `ghp_${'a1B2c3D4e5'.repeat(4).slice(0, 36)}`
    const key = await park({ body: `{"data":{"note":"${secret}"}}`, eventId: 'event-2', field: 'data.severity' })
    const { message, body } = await readParked(tools(), key)
    expect(message).toMatchObject({ eventId: 'event-2', field: 'data.severity', tenantId })
    expect(body).toContain('"note"')
    expect(body).not.toContain(secret)
  })
})
