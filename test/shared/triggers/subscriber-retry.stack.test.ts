import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { loadConfig } from '../../../shared/config/config.ts'
import type { ErrorCode } from '../../../shared/error-table.ts'
import { AppError, type ErrorDetails } from '../../../shared/errors.ts'
import { ownerOfTenant, platform } from '../../../shared/incidents/incident-owner.ts'
import { replayIncident } from '../../../shared/incidents/replay.ts'
import { createServices } from '../../../shared/services.ts'
import { serveSubscriber } from '../../../shared/triggers/subscriber-pipeline.ts'
import { subscriber } from '../../../shared/triggers/subscriber.ts'
import { setFaults } from '../../local/key-vault/vault-client.ts'
import { type Stage, contextOf, openStage, userDeactivated } from './subscriber-stage.ts'

let stage: Stage
beforeAll(async () => {
  stage = await openStage()
})
afterAll(() => stage.close())

const ofHub = { publisher: 'hub' }
const firstMs = 16_000
const day = 86_400_000

const failing =
  (code: ErrorCode, details: ErrorDetails = {}) =>
  (): never => {
    throw new AppError(code, 'It did not work.', { details })
  }

/** The one message that waits under an id that begins so; its time has come when this resolves, and it has been handled. */
const nextAttempt = async (idStart: string) => {
  const [next, ...more] = await stage.scheduled(idStart)
  if (!next || more.length > 0) throw new Error(`${more.length + (next ? 1 : 0)} messages wait under ${idStart}.`)
  stage.clock.advance(next.inMs)
  await stage.idle()
  return next
}

describe('an event whose handling fails for now', () => {
  it('is sent again under an id of its own, each time for about twice as much later, until it gets through', async () => {
    let calls = 0
    const tenantId = await stage.tenant(() => {
      calls += 1
      return calls <= 3 ? failing('peer-unavailable')() : 'completed'
    })
    const event = userDeactivated(tenantId)
    const firstAt = stage.now().toISOString()
    await stage.publish(event)
    await stage.idle()
    for (const attempt of [2, 3, 4]) {
      const fullMs = firstMs * 2 ** (attempt - 2)
      const { id, inMs, properties, body } = await nextAttempt(event.id)
      expect(id).toBe(`${event.id}:0:${attempt}`)
      expect(inMs).toBeGreaterThanOrEqual(fullMs / 2)
      expect(inMs).toBeLessThanOrEqual(fullMs)
      expect(properties).toMatchObject({ ...ofHub, type: event.type, attempt, firstattemptat: firstAt })
      expect(body).toEqual(event)
    }
    expect(calls).toBe(4)
    expect(await stage.scheduled(event.id)).toEqual([])
    expect(await stage.incidents(ownerOfTenant(tenantId))).toEqual([])
  })

  it('waits as long as the peer asks', async () => {
    const tenantId = await stage.tenant(failing('peer-unavailable', { retryAfterSeconds: 4_000 }))
    const event = userDeactivated(tenantId)
    await stage.publish(event)
    await stage.idle()
    expect(await stage.scheduled(event.id)).toMatchObject([{ inMs: 4_000_000 }])
  })

  it('opens one incident with its fifth failure, and is tried on', async () => {
    const tenantId = await stage.tenant(failing('peer-unauthorized'))
    const event = userDeactivated(tenantId)
    await stage.publish(event)
    await stage.idle()
    const counts: unknown[] = []
    for (const _ of [2, 3, 4, 5, 6, 7]) {
      await nextAttempt(event.id)
      counts.push((await stage.incidents(ownerOfTenant(tenantId))).map(({ count, parked }) => [count, parked]))
    }
    expect(counts).toEqual([[], [], [], [[5, 0]], [[5, 0]], [[5, 0]]])
  })

  it('is tried on while the incident cannot be recorded, which the next failure makes up for', async () => {
    const tenantId = await stage.tenant(failing('peer-unauthorized'))
    const event = userDeactivated(tenantId)
    await stage.publish(event)
    await stage.idle()
    for (const _ of [2, 3, 4]) await nextAttempt(event.id)
    stage.storage.decide = () => 'refuse'
    const { id } = await nextAttempt(event.id)
    stage.storage.decide = () => 'pass'
    expect(id).toBe(`${event.id}:0:5`)
    expect(await stage.incidents(ownerOfTenant(tenantId))).toEqual([])
    expect(await stage.deadLetters()).toEqual([])
    await nextAttempt(event.id)
    expect(await stage.incidents(ownerOfTenant(tenantId))).toMatchObject([{ code: 'peer-unauthorized', count: 6 }])
  })

  it('is parked when it has been tried for a day', async () => {
    const tenantId = await stage.tenant(failing('peer-unauthorized'))
    const event = userDeactivated(tenantId)
    await stage.publish(event)
    await stage.idle()
    stage.clock.advance(day - 1_000)
    await stage.idle()
    expect(await stage.scheduled(event.id)).toEqual([])
    expect(await stage.parked(ownerOfTenant(tenantId), () => true)).toMatchObject([
      { message: { code: 'peer-unauthorized', attempts: 2, messageId: `${event.id}:0:2` }, incident: { parked: 1 } },
    ])
  })

  it('is tried again when it has failed for good while the key vault is away, and is parked with its reason after that', async () => {
    const tenantId = await stage.tenant(failing('peer-rejected'))
    const event = userDeactivated(tenantId)
    await setFaults(stage.vault.url, [{ kind: 'status', status: 503 }])
    await stage.publish(event)
    await stage.idle()
    await setFaults(stage.vault.url, [])
    expect(await stage.parked(ownerOfTenant(tenantId), () => true)).toEqual([])
    expect(await stage.incidents(ownerOfTenant(tenantId))).toMatchObject([{ code: 'peer-rejected', count: 1 }])
    stage.clock.advance(6_000)
    await nextAttempt(event.id)
    const [parked] = await stage.parked(ownerOfTenant(tenantId), () => true)
    expect(parked).toMatchObject({ message: { code: 'peer-rejected', attempts: 2 } })
    expect(JSON.parse(parked?.body.toString() ?? '')).toEqual(event)
    expect(await stage.deadLetters()).toEqual([])
  })

  it('is not tried for ever because of a first time that lies ahead', async () => {
    const tenantId = await stage.tenant(failing('peer-unauthorized'))
    const event = userDeactivated(tenantId)
    await stage.publish(event, { firstattemptat: '9999-01-01T00:00:00.000Z' })
    await stage.idle()
    const [next] = await stage.scheduled(event.id)
    expect(next?.properties['firstattemptat']).toBe(stage.now().toISOString())
  })

  it('is parked when the broker has no room for it and what a repetition adds', async () => {
    const tenantId = await stage.tenant(failing('peer-unauthorized'))
    const event = { ...userDeactivated(tenantId), filling: '' }
    const room = 256 * 1_024 - 200 - Buffer.byteLength(JSON.stringify(event))
    await stage.send({ body: { ...event, filling: 'x'.repeat(room) }, properties: ofHub })
    await stage.idle()
    expect(await stage.scheduled(event.id)).toEqual([])
    expect(await stage.parked(ownerOfTenant(tenantId), () => true)).toMatchObject([
      { message: { code: 'peer-unauthorized', attempts: 1 } },
    ])
  })

  it('waits once when the process dies after it was sent again, and the same delivery comes once more', async () => {
    const tenantId = await stage.tenant(failing('peer-unavailable'))
    const event = userDeactivated(tenantId)
    const deliver = () => serveSubscriber(stage.definition, stage.services)(event, contextOf(event.id, ofHub))
    await deliver()
    stage.clock.advance(5_000)
    await deliver()
    expect(await stage.scheduled(event.id)).toMatchObject([{ id: `${event.id}:0:2` }])
  })

  it('is given up for this time when the work does not come to an end', async () => {
    const tenantId = await stage.tenant()
    const event = userDeactivated(tenantId)
    let given: AbortSignal | undefined
    const definition = subscriber({
      ...stage.definition,
      minutesMax: 0.001,
      handler: ({ signal }) => {
        given = signal
        return new Promise(() => {})
      },
    })
    await serveSubscriber(definition, stage.services)(event, contextOf(event.id, ofHub))
    expect(given?.aborted).toBe(true)
    expect(await stage.scheduled(event.id)).toMatchObject([{ id: `${event.id}:0:2` }])
  })

  it.each([
    ['the Hub settings', { HUB_API_URL: '', MESSAGE_RETRY_SECONDS: '15' }],
    ['the storage', { DATA_STORAGE: 'nowhere', MESSAGE_RETRY_SECONDS: '15' }],
  ])('is kept for later when what is wrong is %s', async (_, wrong) => {
    let calls = 0
    const tenantId = await stage.tenant(() => {
      calls += 1
      return 'completed'
    })
    const services = createServices(loadConfig({ ...stage.environment, ...wrong }), stage.now)
    const event = userDeactivated(tenantId)
    const properties = { ...ofHub, attempt: 5 }
    await serveSubscriber(stage.definition, services)(event, contextOf(event.id, properties))
    await (await services.queues()).close()
    const [next] = await stage.scheduled(event.id)
    expect(next?.id).toBe(`${event.id}:0:6`)
    expect(next?.inMs).toBeLessThanOrEqual(15_000 * 16)
    expect(calls).toBe(0)
    expect(await stage.deadLetters()).toEqual([])
    stage.clock.advance(next?.inMs ?? 0)
    await stage.idle()
    expect(calls).toBe(1)
  })

  it('is kept for as long as without the retry setting when that is not usable', async () => {
    const tenantId = await stage.tenant()
    await stage.hubOf(tenantId).setFaults({ kind: 'expired-key' })
    const services = createServices(loadConfig({ ...stage.environment, MESSAGE_RETRY_SECONDS: 'soon' }), stage.now)
    const event = userDeactivated(tenantId)
    await serveSubscriber(stage.definition, services)(event, contextOf(event.id, ofHub))
    await (await services.queues()).close()
    const [next] = await stage.scheduled(event.id)
    expect(next?.id).toBe(`${event.id}:0:2`)
    expect(next?.inMs).toBeLessThanOrEqual(15_000)
  })

  it('is an incident of the platform, not of a tenant that nobody has vouched for', async () => {
    const tenantId = await stage.tenant()
    await stage.hubOf(tenantId).setFaults({ kind: 'expired-key' })
    const event = userDeactivated(tenantId)
    await stage.publish(event, { attempt: 5 })
    await stage.idle()
    expect(await stage.incidents(ownerOfTenant(tenantId))).toEqual([])
    const codes = (await stage.incidents(platform)).map(({ code }) => code)
    expect(codes).toContain('peer-unauthorized')
  })
})

describe('a parked message that is replayed', () => {
  const replay = async (incident: { readonly owner: string; readonly incidentId: string }) => {
    const { services, now } = stage
    const tools = { store: services.store(), now, queues: await services.queues(), sealing: services.sealing }
    const done = await replayIncident(tools, incident, 'tester')
    await stage.idle()
    return done
  }
  const parkedOf = (tenantId: string) => stage.parked(ownerOfTenant(tenantId), () => true)
  const onlyParked = async (tenantId: string) => {
    const [one, ...more] = await parkedOf(tenantId)
    if (!one || more.length > 0) throw new Error(`${more.length + (one ? 1 : 0)} messages are parked.`)
    return one
  }

  it('may fail for now, is tried again, and resolves its incident when it gets through', async () => {
    const failures: ErrorCode[] = ['peer-rejected', 'peer-unavailable', 'peer-unavailable']
    const tenantId = await stage.tenant(() => {
      const code = failures.shift()
      return code ? failing(code)() : 'completed'
    })
    const event = userDeactivated(tenantId)
    await stage.publish(event)
    await stage.idle()
    const { incident } = await onlyParked(tenantId)
    expect(await replay(incident)).toEqual({ replayed: 1, hasMore: false })
    expect(await onlyParked(tenantId)).toMatchObject({ message: { state: 'replaying', replays: 1 } })
    const ids = [await nextAttempt(event.id), await nextAttempt(event.id)].map(({ id }) => id)
    expect(ids[0]).toMatch(new RegExp(`^${event.id}:1-[\\w-]{8}:2$`))
    expect(ids[1]).toMatch(new RegExp(`^${event.id}:1-[\\w-]{8}:3$`))
    expect(await parkedOf(tenantId)).toEqual([])
    expect(await stage.incidents(ownerOfTenant(tenantId))).toMatchObject([
      { state: 'resolved', resolvedBy: 'replay', parked: 0 },
    ])
  })

  it('is tried for a day of its own', async () => {
    const tenantId = await stage.tenant(failing('peer-unauthorized'))
    const event = userDeactivated(tenantId)
    await stage.publish(event)
    await stage.idle()
    stage.clock.advance(day)
    await stage.idle()
    await replay((await onlyParked(tenantId)).incident)
    const { properties } = await nextAttempt(event.id)
    expect(properties).toMatchObject({ attempt: 2, parkedreplays: 1 })
    stage.clock.advance(day)
    await stage.idle()
    expect(await onlyParked(tenantId)).toMatchObject({ message: { state: 'parked', replays: 1 } })
  })

  it('moves to another incident when it fails for another reason', async () => {
    const failures: ErrorCode[] = ['peer-rejected', 'validation-failed']
    const tenantId = await stage.tenant(() => {
      const code = failures.shift()
      return code ? failing(code)() : 'completed'
    })
    await stage.publish(userDeactivated(tenantId))
    await stage.idle()
    const before = await onlyParked(tenantId)
    await replay(before.incident)
    const after = await onlyParked(tenantId)
    expect(after).toMatchObject({
      message: { parkedId: before.message.parkedId, state: 'parked', replays: 1, code: 'validation-failed' },
      incident: { code: 'validation-failed', state: 'open', parked: 1 },
    })
    const incidents = await stage.incidents(ownerOfTenant(tenantId))
    expect(incidents.find(({ code }) => code === 'peer-rejected')).toMatchObject({ state: 'resolved', parked: 0 })
    await replay(after.incident)
    expect(await parkedOf(tenantId)).toEqual([])
  })

  it('goes through from both incidents when it was parked with two, also after a failure that passed', async () => {
    const failures: ErrorCode[] = ['peer-rejected', 'validation-failed', 'peer-unavailable', 'peer-unavailable']
    const tenantId = await stage.tenant(() => {
      const code = failures.shift()
      return code ? failing(code)() : 'duplicate'
    })
    const event = userDeactivated(tenantId)
    const deliver = () => serveSubscriber(stage.definition, stage.services)(event, contextOf(event.id, ofHub))
    // The process died between parking and completing, and then it failed for another reason.
    await deliver()
    await deliver()
    const both = await parkedOf(tenantId)
    expect(both.map(({ incident }) => incident.code).toSorted()).toEqual(['peer-rejected', 'validation-failed'])
    for (const { incident } of both) await replay(incident)
    expect(await stage.scheduled(event.id)).toHaveLength(2)
    stage.clock.advance(firstMs)
    await stage.idle()
    expect(await parkedOf(tenantId)).toEqual([])
    const states = (await stage.incidents(ownerOfTenant(tenantId))).map(({ state }) => state)
    expect(states).toEqual(['resolved', 'resolved'])
  })
})
