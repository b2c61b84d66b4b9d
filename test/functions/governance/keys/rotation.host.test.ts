// The rotation of keys, both those with which we call a product and those with which it calls us: step by step, cut off, late, and suspected.
import { randomUUID } from 'node:crypto'
import { afterAll, aroundEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { startDueRotations } from '../../../../functions/governance/keys/rotation-start.ts'
import { listKeys } from '../../../../functions/governance/keys/key-life.ts'
import type { KeyRotation } from '../../../../functions/governance/keys/rotation-table.ts'
import { AppError } from '../../../../shared/errors.ts'
import type { FlowsAsked } from '../../../../shared/flows/flow-client.ts'
import { listIncidents } from '../../../../shared/incidents/incident-list.ts'
import { ownerOfTenant } from '../../../../shared/incidents/incident-owner.ts'
import { runWithLogSink } from '../../../../shared/telemetry/log.ts'
import { someOf } from '../../../support/thoroughness.ts'
import { killPoints, killedAfter, stepsOf } from '../../../shared/effects/stepped-services.ts'
import { vaultClient } from '../../../local/key-vault/vault-client.ts'
import { type RotationStage, dayMs, driveRotation, openRotationStage, pass, throughNights } from './rotation-stage.ts'

let stage: RotationStage
let tenantId: string
beforeAll(async () => {
  vi.useFakeTimers({ toFake: ['Date'] })
  stage = await openRotationStage()
})
afterAll(() => stage.close())
beforeEach(() => {
  tenantId = `tenant-${randomUUID()}`
})
aroundEach((runTest) => runWithLogSink(() => {}, runTest))

const incidents = async () =>
  (await listIncidents(stage.store, ownerOfTenant(tenantId), { state: 'unresolved', limit: 10 })).incidents

/** What both directions have to do with each other: how a test sees and uses the key. */
const directions = {
  'suite→psa': {
    present: async () => (await stage.callPsa(tenantId)).keyId,
    works: async () => (await stage.callPsa(tenantId)).isTaken,
    use: () => stage.callPsa(tenantId),
  },
  'psa→code': {
    present: async () => (await stage.keysAtPeer(tenantId)).calling?.keyId ?? '',
    works: async () => stage.isGoodHere((await stage.keysAtPeer(tenantId)).calling?.key ?? ''),
    use: async () => {
      const { calling } = await stage.keysAtPeer(tenantId)
      await stage.use(tenantId, calling?.key ?? '')
    },
  },
} as const
type Direction = keyof typeof directions
const names = Object.keys(directions) as Direction[]

/** The first key of an integration, as provisioning makes it, taken up and done. */
const provision = async (integration: Direction): Promise<string> => {
  const rotation = await stage.beginFirst(tenantId, integration)
  const { use } = directions[integration]
  await driveRotation(stage.instance(), rotation, throughNights(use))
  expect(await stage.read(rotation)).toMatchObject({ outcome: 'done' })
  return (await stage.read(rotation)).newKeyId ?? ''
}

const secretsInVault = async (): Promise<number> => {
  let count = 0
  for await (const { name } of vaultClient(stage.vault.url).listPropertiesOfSecrets())
    count += name.startsWith('integration-key-') ? 1 : 0
  return count
}

const endOf = async (rotation: KeyRotation): Promise<KeyRotation> => {
  const { use } = directions[rotation.integration as Direction]
  expect(await driveRotation(stage.instance(), rotation, throughNights(use))).toBe('ended')
  return stage.read(rotation)
}

const stateOf = async (keyId: string): Promise<string | undefined> => {
  const { keys } = await listKeys({ store: stage.store, now: new Date() }, { tenantId }, { limit: 25 })
  return keys.find(({ id }) => id === keyId)?.state
}

describe.each(names)('a key of %s', (integration) => {
  const { present, works, use } = directions[integration]

  it('is made, registered and taken up, and then replaced without a moment in which it does not work', async () => {
    const first = await provision(integration)
    expect([await present(), await works()]).toEqual([first, true])
    const rotation = await stage.begin(tenantId, first)
    let looks = 0
    await driveRotation(stage.instance(), rotation, async (until) => {
      looks += 1
      expect([await works(), await stateOf(first)]).toEqual([true, 'active'])
      return throughNights(use)(until)
    })
    const ended = await stage.read(rotation)
    expect(looks).toBeGreaterThan(1)
    expect(ended).toMatchObject({ outcome: 'done', oldKeyId: first })
    expect(ended.newKeyId).not.toBe(first)
    expect([await present(), await works()]).toEqual([ended.newKeyId, true])
    expect(await stateOf(first)).toBe('revoked')
    expect(await incidents()).toEqual([])
    const { keys } = await stage.keysAtPeer(tenantId)
    expect(keys.filter(({ retiredAt }) => retiredAt === undefined).map(({ keyId }) => keyId)).toEqual([ended.newKeyId])
    // A day at the least with both.
    expect(Date.parse(ended.retiredAt ?? '') - Date.parse(ended.promotedAt ?? '')).toBeGreaterThanOrEqual(dayMs)
  })

  it('works whatever step its rotation is cut off after, and is replaced once when that goes on', async () => {
    const counted = await provision(integration)
    const whole = await stage.begin(tenantId, counted)
    const steps = await stepsOf(stage.instance(), tenantId, (services) =>
      driveRotation(services, whole, throughNights(use)),
    )
    const points = someOf(killPoints(steps), 4)
    expect(killPoints(steps).length).toBeGreaterThan(12)
    for (const point of points) {
      tenantId = `tenant-${randomUUID()}`
      const first = await provision(integration)
      const rotation = await stage.begin(tenantId, first)
      const cut = driveRotation(killedAfter(stage.instance(), tenantId, point), rotation, throughNights(use))
      await expect(cut, `${point} of ${steps.join()}`).rejects.toThrow('Killed before')
      expect(await works(), `after ${point}: ${steps[point - 1]}`).toBe(true)
      const ended = await endOf(rotation)
      expect([await present(), await works()]).toEqual([ended.newKeyId, true])
      const { keys } = await stage.keysAtPeer(tenantId)
      expect(keys).toHaveLength(2)
      expect([await stateOf(first), await stateOf(ended.newKeyId ?? '')]).toEqual(['revoked', 'active'])
      expect((await listKeys({ store: stage.store, now: new Date() }, { tenantId }, { limit: 25 })).keys).toHaveLength(
        2,
      )
    }
  }, 240_000)

  it('has one successor, of however many orchestrations and orders', async () => {
    const first = await provision(integration)
    const before = await secretsInVault()
    const orders = await Promise.all([1, 2, 3].map(() => stage.begin(tenantId, first)))
    expect(new Set(orders.map(({ rotationId }) => rotationId)).size).toBe(1)
    const [rotation] = orders as [KeyRotation]
    await Promise.all([1, 2, 3].map(() => driveRotation(stage.instance(), rotation)))
    const { keys } = await listKeys({ store: stage.store, now: new Date() }, { tenantId }, { limit: 25 })
    const { newKeyId } = await stage.read(rotation)
    expect(new Set(keys.map(({ id }) => id))).toEqual(new Set([first, newKeyId]))
    expect(keys).toHaveLength(2)
    expect((await stage.keysAtPeer(tenantId)).keys).toHaveLength(2)
    expect(await works()).toBe(true)
    expect(await secretsInVault()).toBe(before + 1)
  })

  it('goes on being good while the product or the vault is away, and is replaced when they are back', async () => {
    const first = await provision(integration)
    for (const operation of ['registerKey', 'tryKey', 'listKeys', 'retireKey']) {
      const rotation = await stage.begin(tenantId, (await present()) || first)
      await stage.control(tenantId, 'PUT', 'faults', [{ operation, kind: 'expired-key' }])
      const failure = await driveRotation(stage.instance(), rotation, throughNights(use)).catch(
        (error: unknown) => error,
      )
      await stage.control(tenantId, 'DELETE', 'faults')
      expect(await works(), operation).toBe(true)
      const { oldKeyId = '', newKeyId = '' } = await endOf(rotation)
      expect([await present(), await works(), await stateOf(oldKeyId)]).toEqual([newKeyId, true, 'revoked'])
      // What our own verifier can say by itself is not asked of the product.
      if (integration === 'suite→psa' || ['registerKey', 'retireKey'].includes(operation))
        expect(failure).toBeInstanceOf(AppError)
      if (operation === 'registerKey') {
        const text = `The new key ${newKeyId} of ${integration} could not be registered. The call`
        expect(failure).toMatchObject({ message: expect.stringContaining(text) as string })
      }
    }
    const away = stage.instance({ KEY_VAULT: 'http://127.0.0.1:9' })
    const rotation = await stage.begin(tenantId, await present())
    await expect(driveRotation(away, rotation)).rejects.toMatchObject({ code: 'vault-unavailable' })
    expect(await works()).toBe(true)
    expect(await endOf(rotation)).toMatchObject({ outcome: 'done' })
  }, 60_000)
})

describe('a consumer that does not take its new key', () => {
  it('is named after 7 days and cut off after 14, not before', async () => {
    const first = await provision('psa→code')
    const { key = '' } = (await stage.keysAtPeer(tenantId)).calling ?? {}
    await stage.control(tenantId, 'PUT', 'adoption', { adoption: 'never' })
    const rotation = await stage.begin(tenantId, first)
    const begun = Date.now()
    const days = (): number => (Date.now() - begun) / dayMs
    await driveRotation(stage.instance(), rotation, async (until) => {
      await stage.use(tenantId, key)
      // Everything up to the moment before the look.
      expect((await incidents()).map(({ code }) => code)).toEqual(days() >= 7 ? ['key-not-adopted'] : [])
      expect([days() < 14, await stage.isGoodHere(key)]).toEqual([true, true])
      vi.setSystemTime(Date.parse(until))
      return true
    })
    expect(days()).toBeCloseTo(14, 1)
    expect(await stage.isGoodHere(key)).toBe(false)
    expect(await incidents()).toMatchObject([{ code: 'key-not-adopted', integration: 'psa→code' }])
    const ended = await stage.read(rotation)
    expect([ended.outcome, ended.adoptedAt]).toEqual(['done', undefined])
  })

  it('is cut off by the end of the key itself, also when nobody looks any more', async () => {
    const first = await provision('psa→code')
    const { key = '' } = (await stage.keysAtPeer(tenantId)).calling ?? {}
    await stage.control(tenantId, 'PUT', 'adoption', { adoption: 'never' })
    await driveRotation(stage.instance(), await stage.begin(tenantId, first))
    pass(13.99)
    expect(await stage.isGoodHere(key)).toBe(true)
    pass(0.02)
    expect(await stage.isGoodHere(key)).toBe(false)
  })

  it('and takes it late is seen on it, and keeps the old one for a day after its last use', async () => {
    const first = await provision('psa→code')
    const old = (await stage.keysAtPeer(tenantId)).calling?.key ?? ''
    await stage.control(tenantId, 'PUT', 'adoption', { adoption: 'late' })
    const rotation = await stage.begin(tenantId, first)
    await driveRotation(stage.instance(), rotation)
    pass(3)
    await stage.control(tenantId, 'POST', 'adoption')
    await directions['psa→code'].use()
    pass(0.5)
    await stage.use(tenantId, old)
    pass(0.9)
    expect(await driveRotation(stage.instance(), rotation)).toBe('asleep')
    expect(await stage.isGoodHere(old)).toBe(true)
    pass(0.1)
    expect(await driveRotation(stage.instance(), rotation)).toBe('ended')
    expect(await stage.isGoodHere(old)).toBe(false)
    expect(await directions['psa→code'].works()).toBe(true)
  })
})

describe('a suspected key', () => {
  it('with which we call a product is refused there before another is made, and then replaced', async () => {
    const first = await provision('suite→psa')
    const old = await stage.instance().peerKey('psa', tenantId)
    const rotation = await stage.begin(tenantId, first, true)
    // Nothing after the revocation is done.
    const vaultAway = stage.instance({ KEY_VAULT: 'http://127.0.0.1:9' })
    await expect(driveRotation(vaultAway, rotation)).rejects.toMatchObject({ code: 'vault-unavailable' })
    expect(await stage.isTakenByPsa(tenantId, old)).toBe(false)
    expect((await stage.read(rotation)).newKeyId).toBeUndefined()
    const { newKeyId } = await endOf(rotation)
    expect(await stage.callPsa(tenantId)).toEqual({ keyId: newKeyId, isTaken: true })
  })

  it('with which a product calls us is refused at once, also in the middle of its rotation', async () => {
    const first = await provision('psa→code')
    const old = (await stage.keysAtPeer(tenantId)).calling?.key ?? ''
    await stage.control(tenantId, 'PUT', 'adoption', { adoption: 'late' })
    const peaceful = await stage.begin(tenantId, first)
    await driveRotation(stage.instance(), peaceful)
    const forced = await stage.begin(tenantId, first, true)
    expect(forced).toMatchObject({ rotationId: peaceful.rotationId, attempt: peaceful.attempt + 1 })
    await driveRotation(stage.instance(), forced)
    expect(await stage.isGoodHere(old)).toBe(false)
    await stage.control(tenantId, 'POST', 'adoption')
    expect(await endOf(forced)).toMatchObject({ outcome: 'done', isSuspected: true })
    expect(await directions['psa→code'].works()).toBe(true)
  })
})

describe('the daily run', () => {
  /** Like the task hub: the same request is started once, and says how it ended. */
  const newHub = () => {
    const started: FlowsAsked[] = []
    const states = new Map<string, string>()
    const start = async (_: string, asked: FlowsAsked) => {
      const isNew = !states.has(asked.requestId)
      if (isNew) started.push(asked)
      states.set(asked.requestId, states.get(asked.requestId) ?? 'started')
      return { request: { state: states.get(asked.requestId) } as never, isNew }
    }
    const mine = () => started.filter((asked) => asked.tenantId === tenantId).map(({ requestId }) => requestId)
    return { start, mine, end: (requestId: string, state: string) => void states.set(requestId, state) }
  }
  const run = async (flows: Pick<ReturnType<typeof newHub>, 'start'>): Promise<void> =>
    startDueRotations({ ...stage.tools, flows, audit: await stage.instance().audit() }, new AbortController().signal)

  it('begins what is 90 days old, spread over the week before, once, also when two run at once', async () => {
    const first = await provision('psa→code')
    const hub = newHub()
    await run(hub)
    pass(82)
    await run(hub)
    expect(hub.mine()).toEqual([])
    pass(8)
    await Promise.all([run(hub), run(hub)])
    await run(hub)
    expect(hub.mine()).toEqual([`${first}-0`])
    const { keys } = await listKeys({ store: stage.store, now: new Date() }, { tenantId }, { limit: 5 })
    expect(keys).toMatchObject([{ id: first, rotation: `${first}-0`, state: 'active' }])
  })

  it('begins another attempt at one that failed, and none at one that is over', async () => {
    const first = await provision('suite→psa')
    pass(90)
    const hub = newHub()
    await run(hub)
    hub.end(`${first}-0`, 'failed')
    await run(hub)
    await run(hub)
    expect(hub.mine()).toEqual([`${first}-0`, `${first}-0.2`])
    const rotation = await stage.begin(tenantId, first)
    await endOf(rotation)
    hub.end(`${first}-0.2`, 'completed')
    await run(hub)
    expect(hub.mine()).toHaveLength(2)
    // Its successor has its own time.
    pass(90)
    await run(hub)
    expect(hub.mine()).toHaveLength(3)
  })
})
