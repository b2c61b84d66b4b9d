// Keys that no product is handed: the answer to who asks for their replacement shows the new one, and what nobody was shown does not come to be.
import { randomUUID } from 'node:crypto'
import { afterAll, aroundEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { listKeys } from '../../../../functions/governance/keys/key-life.ts'
import { replaceKey } from '../../../../functions/governance/keys/rotation-request.ts'
import type { KeyRotation } from '../../../../functions/governance/keys/rotation-table.ts'
import { createIntegrationKey, integrationKeyTable, revokeKey } from '../../../../shared/auth/integration-key.ts'
import type { Services } from '../../../../shared/services.ts'
import { runWithLogSink } from '../../../../shared/telemetry/log.ts'
import { someOf } from '../../../support/thoroughness.ts'
import { killedAfter, killPoints, stepsOf } from '../../../shared/effects/stepped-services.ts'
import { type RotationStage, driveRotation, isDone, openRotationStage, pass, throughNights } from './rotation-stage.ts'

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

const newKey = (scopes: readonly ['code:tickets:read' | 'governance:incidents:write'] = ['code:tickets:read']) =>
  createIntegrationKey(stage.store, {
    environment: 'local',
    tenantId,
    integration: 'scanner→code',
    scopes,
    now: new Date(),
  })
const idOf = (key: string): string => key.split('_')[2] ?? ''
const sent: string[] = []
const send = async (queue: string): Promise<void> => void sent.push(queue)
const withBus = (services: Services): Services => ({ ...services, queues: async () => ({ send }) as never })

/** The key that the answer shows. */
const replace = async (old: string, isSuspected = false, services = withBus(stage.instance())): Promise<string> => {
  const tools = { store: services.store(), now: stage.tools.now, services }
  const answer = await replaceKey(tools, { tenantId, keyId: idOf(old), by: 'user:admin', isSuspected })
  return 'key' in answer.body ? answer.body.key : ''
}
const rotationOf = async (old: string): Promise<KeyRotation> => stage.begin(tenantId, idOf(old))
const vaultAway = (): Services => withBus(stage.instance({ KEY_VAULT: 'http://127.0.0.1:9' }))

const activeKeys = async (): Promise<ReadonlySet<string>> => {
  const { keys } = await listKeys({ store: stage.store, now: new Date() }, { tenantId }, { limit: 25 })
  return new Set(keys.filter(({ state }) => state === 'active').map(({ id }) => id))
}

describe('a key that was given out by hand', () => {
  it('is replaced by one that the answer shows, and ends once its consumer has been on the new one for a day', async () => {
    const old = await newKey()
    const fresh = await replace(old)
    expect(sent).toContain('ai-key-commands')
    expect([await stage.isGoodHere(old), await stage.isGoodHere(fresh)]).toEqual([true, true])
    await expect(replace(old)).rejects.toMatchObject({ code: 'conflict' })
    const rotation = await rotationOf(old)
    await driveRotation(
      stage.instance(),
      rotation,
      throughNights(() => stage.use(tenantId, fresh)),
    )
    expect([await stage.isGoodHere(old), await stage.isGoodHere(fresh)]).toEqual([false, true])
    // Nobody but its consumer has it any more.
    expect(await isDone((await stage.instance().secrets()).vault.get(`integration-key-${idOf(fresh)}`))).toBe(false)
  })

  it('ends no later than it would have by itself', async () => {
    const old = await newKey()
    pass(89)
    const fresh = await replace(old)
    await driveRotation(stage.instance(), await rotationOf(old))
    pass(1.1)
    expect([await stage.isGoodHere(old), await stage.isGoodHere(fresh)]).toEqual([false, true])
  })

  it('gets no successor with scopes that its integration may not have any more, and ends all the same when suspected', async () => {
    const wide = await newKey(['governance:incidents:write'])
    await expect(replace(wide)).rejects.toMatchObject({ code: 'forbidden' })
    expect(await stage.isGoodHere(wide)).toBe(true)
    await expect(replace(wide, true)).rejects.toMatchObject({ code: 'forbidden' })
    expect(await stage.isGoodHere(wide)).toBe(false)
  })

  it('can be replaced again once its successor is revoked, and does not live longer for it', async () => {
    const old = await newKey()
    const lost = await replace(old)
    const rotation = await rotationOf(old)
    await driveRotation(stage.instance(), rotation)
    const end = async () =>
      (await stage.store.open(integrationKeyTable).key.get({ keyId: idOf(old) }))?.value.expiresAfter
    const first = await end()
    pass(3)
    await revokeKey(stage.store, { tenantId, keyId: idOf(lost) }, { at: new Date().toISOString(), by: 'user:admin' })
    expect(await driveRotation(stage.instance(), rotation)).toBe('ended')
    expect(await stage.read(rotation)).toMatchObject({ outcome: 'cancelled' })
    const fresh = await replace(old)
    await driveRotation(stage.instance(), await rotationOf(old))
    expect(await end()).toBe(first)
    expect(await Promise.all([old, lost, fresh].map(stage.isGoodHere))).toEqual([true, false, true])
  })

  it('of another organization is not found', async () => {
    const old = await newKey()
    tenantId = `tenant-${randomUUID()}`
    await expect(replace(old)).rejects.toMatchObject({ code: 'not-found' })
    expect(await stage.isGoodHere(old)).toBe(true)
  })
})

describe('the replacement of a key by hand', () => {
  const endOf = async (old: string): Promise<string | undefined> =>
    (await stage.store.open(integrationKeyTable).key.get({ keyId: idOf(old) }))?.value.expiresAfter

  it('that failed since the vault was away makes no key that nobody sees, and can be asked for again', async () => {
    const old = await newKey()
    const end = await endOf(old)
    const commands = sent.length
    await expect(replace(old, false, vaultAway())).rejects.toMatchObject({ code: 'vault-unavailable' })
    expect(sent).toHaveLength(commands)
    const rotation = await rotationOf(old)
    expect(await driveRotation(stage.instance(), rotation)).toBe('ended')
    expect(await stage.read(rotation)).toMatchObject({ outcome: 'cancelled' })
    expect([await activeKeys(), await endOf(old)]).toEqual([new Set([idOf(old)]), end])
    const fresh = await replace(old)
    expect([await stage.isGoodHere(old), await stage.isGoodHere(fresh)]).toEqual([true, true])
  })

  it('is asked for again with success once the vault is back, also of a suspected key', async () => {
    for (const isSuspected of [false, true]) {
      const old = await newKey()
      await expect(replace(old, isSuspected, vaultAway())).rejects.toMatchObject({ code: 'vault-unavailable' })
      const fresh = await replace(old, isSuspected)
      await driveRotation(stage.instance(), await stage.begin(tenantId, idOf(old), isSuspected))
      expect([await stage.isGoodHere(old), await stage.isGoodHere(fresh)]).toEqual([!isSuspected, true])
    }
  })

  it('leaves no key that nobody was shown, whatever step it was cut off after', async () => {
    const whole = await newKey()
    const steps = await stepsOf(withBus(stage.instance()), tenantId, (services) => replace(whole, false, services))
    const points = someOf(killPoints(steps), 8)
    expect(points.length).toBeGreaterThan(5)
    for (const point of points) {
      tenantId = `tenant-${randomUUID()}`
      const old = await newKey()
      const end = await endOf(old)
      const cut = killedAfter(withBus(stage.instance()), tenantId, point)
      await expect(replace(old, false, cut), `${point} of ${steps.join()}`).rejects.toThrow('Killed before')
      // The timer goes on with what was left.
      await driveRotation(stage.instance(), await rotationOf(old))
      expect([await activeKeys(), await endOf(old)], `after ${steps[point - 1]}`).toEqual([new Set([idOf(old)]), end])
      const fresh = await replace(old)
      expect([await stage.isGoodHere(fresh), await activeKeys()]).toEqual([true, new Set([idOf(fresh), idOf(old)])])
    }
  }, 120_000)

  it('shows the new key to one of two who ask at the same time', async () => {
    const old = await newKey()
    const answers = await Promise.allSettled([replace(old), replace(old)])
    const shown = answers.flatMap((answer) => (answer.status === 'fulfilled' ? [answer.value] : []))
    expect(shown).toHaveLength(1)
    expect(answers.find(({ status }) => status === 'rejected')).toMatchObject({ reason: { code: 'conflict' } })
    expect(await activeKeys()).toEqual(new Set([idOf(shown[0] ?? ''), idOf(old)]))
  })

  it('shows the new key also while the bus is away, and the timer goes on with it', async () => {
    const old = await newKey()
    const queues = async () => Promise.reject(new Error('The bus is away.'))
    const fresh = await replace(old, false, { ...stage.instance(), queues })
    await driveRotation(stage.instance(), await rotationOf(old))
    expect(await stage.isGoodHere(fresh)).toBe(true)
    expect((await stage.read(await rotationOf(old))).promotedAt).toBeDefined()
  })
})
