// Events of devices on their way: over HTTP and by bus, once each, and what Defend hears of them.
import { randomUUID } from 'node:crypto'
import { describe, expect, inject, it } from 'vitest'
import { behaviourTable, unsentPending } from '../../../../functions/ai/behaviour/behaviour-table.ts'
import { type BatchWork, recordBatch } from '../../../../functions/ai/behaviour/batch.ts'
import { EventBatch } from '../../../../functions/ai/behaviour/contract.ts'
import { sendScores, sweepUnsent } from '../../../../functions/ai/behaviour/score-sending.ts'
import { deviceActivitySubscriber } from '../../../../functions/ai/behaviour/subscriber.ts'
import { loadConfig } from '../../../../shared/config/config.ts'
import { createIntegrationKey } from '../../../../shared/auth/integration-key.ts'
import { createServices } from '../../../../shared/services.ts'
import { createStore } from '../../../../shared/store/store.ts'
import { tenantSettingsTable, wholeTenant } from '../../../../shared/tenants/tenant-settings.ts'
import { handlerInput } from '../../../../shared/triggers/handler-tools.ts'
import { newTenantId } from '../../../support/browser-client.ts'
import { eventOf, publish } from '../../../support/bus-events.ts'
import { defendControl } from '../../../support/defend-control.ts'
import { eventually } from '../../../support/eventually.ts'
import { hubControl } from '../../../support/hub-control.ts'
import { makeOlder, markersOf } from '../../../support/pending-markers.ts'
import { batch, hourMs, hoursAgo, live, logons } from './device-activity.ts'

const { urls, settings } = inject('stack')
const store = createStore({ connectionString: settings['DATA_STORAGE'] ?? '' })
const services = createServices(loadConfig(settings))

const newOrganization = async () => {
  const tenantId = newTenantId()
  await hubControl(urls.hub, tenantId).putOrganization({ products: ['hub', 'ai', 'defend'] })
  const key = await createIntegrationKey(store, {
    tenantId,
    integration: 'defend→ai',
    scopes: ['ai:behaviour:write'],
    environment: 'test',
    now: new Date(),
  })
  const post = async (body: unknown, withKey = key) => {
    const response = await fetch(`${urls.functions}/api/ai/behavioral-analysis`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-integration-key': withKey },
      body: JSON.stringify(body),
    })
    return { status: response.status, body: (await response.json()) as Record<string, unknown> }
  }
  const work = (now: Date): BatchWork => ({ store, now: () => now, tenantId, timeZone: 'UTC' })
  const row = (deviceId: string) => store.open(behaviourTable).device.get({ tenantId, deviceId })
  return { tenantId, post, work, row, defend: defendControl(urls.defend, tenantId) }
}

/** None of these starts an orchestration. */
const noFlows = () => Promise.reject(new Error('There is no task hub here.'))

/** The timer of the stack may be at the same work, and may have failed at it: what it has just taken up is made older again. */
const sweepWhole = async (tenantId: string): Promise<void> => {
  const sweptAgain = async () => {
    await makeOlder(unsentPending, store, tenantId, 11 * 60_000)
    await sweepUnsent(services, AbortSignal.timeout(20_000))
    return markersOf(unsentPending, store, tenantId)
  }
  await eventually(sweptAgain, ({ length }) => length === 0, 20_000)
}

describe('a batch of device events', () => {
  it('counts once, however often it comes, and shows that the device is being learned', async () => {
    const { post, row } = await newOrganization()
    const given = batch(logons(hoursAgo(0), 3))
    const device = { deviceId: 'device-1', standing: 'learning', daysSeen: 0, score: null, isUnusual: false }
    expect(await post(given)).toMatchObject({ status: 200, body: { outcome: 'recorded', counted: 3, late: 0 } })
    const before = (await row('device-1'))?.value
    expect(await post(given)).toEqual({
      status: 200,
      body: { outcome: 'known', counted: 3, late: 0, devices: [device] },
    })
    expect((await row('device-1'))?.value).toEqual(before)
    expect(before).toMatchObject({ clientId: 'client-1', open: [{ events: 3 }] })
  })

  it('counts once when it is handed in several times at once', async () => {
    const { post, row } = await newOrganization()
    const given = batch(logons(hoursAgo(0), 5))
    const outcomes = await Promise.all(Array.from({ length: 5 }, () => post(given)))
    expect(outcomes.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200])
    expect(outcomes.filter(({ body }) => body['outcome'] === 'recorded')).toHaveLength(1)
    expect((await row('device-1'))?.value.open).toMatchObject([{ events: 5 }])
  })

  it('loses nothing beside others of the same device', async () => {
    const { post, row } = await newOrganization()
    await Promise.all(Array.from({ length: 6 }, () => post(batch(logons(hoursAgo(0), 4)))))
    expect((await row('device-1'))?.value.open).toMatchObject([{ events: 24 }])
  })

  it('is refused under a known id with other events', async () => {
    const { post } = await newOrganization()
    await post(batch(logons(hoursAgo(0), 3), 'device-1', 'b-1'))
    expect(await post(batch(logons(hoursAgo(0), 4), 'device-1', 'b-1'))).toMatchObject({
      status: 422,
      body: { type: 'urn:theonestack:problem:idempotency-key-reused' },
    })
  })

  it('makes no history up: what is older than three days is late, also of a new device', async () => {
    const { post } = await newOrganization()
    const daysAgo = Array.from({ length: 20 }, (_, index) => 20 - index)
    const given = batch(daysAgo.flatMap((day) => logons(hoursAgo(24 * day), 2)))
    expect(await post(given)).toMatchObject({
      status: 200,
      body: { counted: 4, late: 36, devices: [{ standing: 'learning', score: null }] },
    })
  })

  it('is taken although its device sent more bytes than can be counted', async () => {
    const { post } = await newOrganization()
    const connection = { kind: 'connection' as const, destination: 'as-1', bytesSent: 1e15 }
    const given = batch(
      Array.from({ length: 10 }, (_, index) => ({ at: new Date(hoursAgo(0) + index).toISOString(), ...connection })),
    )
    expect(await post(given)).toMatchObject({ status: 200, body: { counted: 10 } })
  })

  it('with one bad event is refused whole, with the path of it', async () => {
    const { post, row } = await newOrganization()
    const bad = batch([...logons(hoursAgo(0), 2), { at: 'yesterday', kind: 'logon' }])
    const refused = await post(bad)
    expect(refused).toMatchObject({ status: 400, body: { type: 'urn:theonestack:problem:validation-failed' } })
    expect(JSON.stringify(refused.body)).toContain('body.devices.0.events.2.at')
    const ahead = batch([...logons(hoursAgo(0), 1), ...logons(Date.now() + hourMs, 1)])
    expect(JSON.stringify((await post(ahead)).body)).toContain('body.devices.0.events.1.at')
    expect(await row('device-1')).toBeUndefined()
  })

  it('is refused where the organization has opted out of AI, and nothing is kept', async () => {
    const { tenantId, post, row } = await newOrganization()
    const changed = { revision: randomUUID(), updatedAt: new Date().toISOString(), updatedBy: 'user:u' }
    await store
      .open(tenantSettingsTable)
      .settings.upsert({ tenantId, clientId: wholeTenant, ...changed, aiOptOut: true })
    expect(await post(batch(logons(hoursAgo(0), 3)))).toMatchObject({
      body: { type: 'urn:theonestack:problem:ai-opted-out' },
    })
    expect(await row('device-1')).toBeUndefined()
  })

  it('changes nothing of an organization whose device has the same id', async () => {
    const [one, other] = [await newOrganization(), await newOrganization()]
    await one.post(batch(logons(hoursAgo(0), 3), 'device-1', 'b-1'))
    expect(await other.row('device-1')).toBeUndefined()
    expect(await other.post(batch(logons(hoursAgo(0), 1), 'device-1', 'b-1'))).toMatchObject({
      body: { outcome: 'recorded', counted: 1 },
    })
  })

  it('keeps no user by name', async () => {
    const { post, row } = await newOrganization()
    await post(batch([{ at: new Date(hoursAgo(0)).toISOString(), kind: 'logon', user: 'ann.private' }]))
    expect(JSON.stringify((await row('device-1'))?.value)).not.toContain('ann.private')
  })

  it('leaves the client of its device as it was when it names none', async () => {
    const { post, row } = await newOrganization()
    await post(batch(logons(hoursAgo(0), 1)))
    await post({ batchId: randomUUID(), devices: [{ deviceId: 'device-1', events: logons(hoursAgo(0), 1) }] })
    expect((await row('device-1'))?.value).toMatchObject({ clientId: 'client-1', open: [{ events: 2 }] })
  })

  it('is kept as digests that another organization does not have of the same', async () => {
    const kept = await Promise.all(
      [await newOrganization(), await newOrganization()].map(async ({ post, row }) => {
        await post(batch(logons(hoursAgo(0), 1)))
        return JSON.stringify((await row('device-1'))?.value.open)
      }),
    )
    expect(kept[0]?.replaceAll(/\d/g, '').length).toBe(kept[1]?.replaceAll(/\d/g, '').length)
    expect(kept[0]).not.toBe(kept[1])
  })

  it('comes by bus as well: what of it cannot be read is left out', async () => {
    const { tenantId, row } = await newOrganization()
    const at = new Date(hoursAgo(0)).toISOString()
    const data = {
      batch_id: randomUUID(),
      devices: [
        { device_id: 'device-1', events: [{ at, kind: 'logon' as const }, { kind: 'logon' } as never] },
        { device_id: 'device-2', events: [{ at, kind: 'of_a_later_version' as 'logon' }] },
      ],
    }
    for (let time = 0; time < 2; time += 1)
      await publish(urls.bus, 'defend', eventOf({ type: 'defend.device.activity', tenantId, data }))
    await eventually(
      () => row('device-1'),
      (found) => found !== undefined,
      20_000,
    )
    expect((await row('device-1'))?.value.open).toMatchObject([{ events: 1 }])
    expect(await row('device-2')).toBeUndefined()
  })
})

describe('an event of device activity on the bus', () => {
  const outcomeOf = (tenantId: string, at: readonly number[]) => {
    const events = at.map((time) => ({ at: new Date(time).toISOString(), kind: 'logon' as const }))
    const data = { batch_id: randomUUID(), devices: [{ device_id: 'device-1', events }] }
    const event = eventOf({ type: 'defend.device.activity', tenantId, data }) as never
    const own = { event, tenantId, signal: AbortSignal.timeout(60_000), flows: noFlows }
    return deviceActivitySubscriber.handler(handlerInput(services, own))
  }

  it('of an organization that has opted out of AI is ignored, and nothing is kept', async () => {
    const { tenantId, row } = await newOrganization()
    const set = { revision: randomUUID(), updatedAt: new Date().toISOString(), updatedBy: 'user:u', aiOptOut: true }
    await store.open(tenantSettingsTable).settings.upsert({ tenantId, clientId: wholeTenant, ...set })
    expect(await outcomeOf(tenantId, [hoursAgo(0)])).toBe('ignored')
    expect(await row('device-1')).toBeUndefined()
  })

  it('loses what lies in the future, and nothing else', async () => {
    const { tenantId, row } = await newOrganization()
    const ahead = Date.now() + 2 * hourMs
    expect(await outcomeOf(tenantId, [ahead])).toBe('ignored')
    expect(await outcomeOf(tenantId, [ahead, hoursAgo(0)])).toBe('completed')
    expect((await row('device-1'))?.value.open).toMatchObject([{ events: 1 }])
  })
})

describe('Defend', () => {
  it('hears what is unusual with its reasons, and keeps it once', async () => {
    const { post, work, defend } = await newOrganization()
    await live(work)
    const given = batch(logons(hoursAgo(3), 60))
    expect(await post(given)).toMatchObject({
      body: { devices: [{ deviceId: 'device-1', standing: 'full', isUnusual: true }] },
    })
    await post(given)
    const scores = (await defend.behaviourScores()).filter(({ isUnusual }) => isUnusual)
    expect(scores).toMatchObject([{ deviceId: 'device-1', standing: 'full', isFinal: false }])
    expect(scores[0]?.hour).toBe(new Date(hoursAgo(3)).toISOString())
    expect(scores[0]?.reasons[0]).toMatchObject({
      about: 'logons',
      observed: 60,
      text: expect.stringMatching(/^60 logons from \d\d:00 to \d\d:00 \(UTC\)\. Usual for this device/) as string,
    })
  })

  it('that is away keeps no batch back, and hears of it once it is there again', async () => {
    const { tenantId, post, work, defend } = await newOrganization()
    await live(work)
    await defend.setFaults({ kind: 'status', status: 503, operation: 'putBehaviourScores' })
    const given = batch(logons(hoursAgo(3), 60))
    expect(await post(given)).toMatchObject({ status: 200, body: { outcome: 'recorded' } })
    const unusual = async () => (await defend.behaviourScores()).filter(({ isUnusual }) => isUnusual)
    expect(await unusual()).toEqual([])
    await defend.clearFaults()
    await sweepWhole(tenantId)
    expect(await unusual()).toHaveLength(1)
    const { value } = (await store.open(behaviourTable).batch.get({ tenantId, batchId: given.batchId })) ?? {}
    expect(value).toMatchObject({ counted: 60 })
    expect(value).not.toHaveProperty('unsent')
  })

  it('hears all scores of a batch that has more than it takes at once', async () => {
    const { tenantId, defend } = await newOrganization()
    const unsent = Array.from({ length: 250 }, (_, index) => ({
      deviceId: `device-${index % 90}`,
      hour: new Date(hoursAgo(Math.floor(index / 90))).toISOString(),
      version: 1,
      isFinal: true,
      standing: 'full' as const,
      score: 3,
      isUnusual: false,
      reasons: [],
    }))
    const known = { tenantId, batchId: 'b-1', digest: '', counted: 250, late: 0 }
    await store.open(behaviourTable).batch.insert({ ...known, unsent })
    expect(await sendScores(services, { tenantId, batchId: 'b-1' })).toBe(true)
    expect(await defend.behaviourScores()).toHaveLength(250)
    expect(await sendScores(services, { tenantId, batchId: 'b-1' })).toBe(false)
  })

  it('is told by the sweep when everything ended after the batch was written', async () => {
    const { tenantId, work, defend } = await newOrganization()
    await live(work)
    const { unsent } = await recordBatch(work(new Date()), EventBatch.parse(batch(logons(hoursAgo(3), 60))))
    expect(unsent).toBe(true)
    await sweepWhole(tenantId)
    expect((await defend.behaviourScores()).filter(({ isUnusual }) => isUnusual)).toHaveLength(1)
  })
})
