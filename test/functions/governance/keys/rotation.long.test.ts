// Keys of both directions rotate while PSA is called and calls, and the host is killed at random. Nobody is refused meanwhile, and in the end
// both sides have the new keys alone.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { shiftClock } from '../../../../local/clock/clock-shift.ts'
import { anyPorts } from '../../../../local/ports.ts'
import { seed as seedData } from '../../../../local/seed.ts'
import { type Stack, startStack } from '../../../../local/stack.ts'
import { readRotation } from '../../../../functions/governance/keys/rotation-begin.ts'
import type { KeyRotation } from '../../../../functions/governance/keys/rotation-table.ts'
import { integrationKeyTable } from '../../../../shared/auth/integration-key.ts'
import { peerKeyTable } from '../../../../shared/secrets/peer-keys.ts'
import { type Store, createStore } from '../../../../shared/store/store.ts'
import { type Client, identity, newClient, newTenantId, signIn } from '../../../support/browser-client.ts'
import { eventually } from '../../../support/eventually.ts'
import { vulnerability } from '../../../support/findings.ts'
import { admittedOperator } from '../../../support/operators.ts'
import { seededRandom } from '../../../support/seeded-random.ts'
import { sampleSettings, testOverrides } from '../../../support/stack-setup.ts'
import { startTicketing } from '../../../support/ticketing.ts'
import { runTimerUntil } from '../../../support/timer-run.ts'
import { vaultClient } from '../../../local/key-vault/vault-client.ts'
import { type Traffic, keysAtPsa, patienceMs, startTraffic } from './rotation-traffic.ts'

const seed = Number(process.env['CHAOS_SEED'] ?? Date.now() % 1_000_000)
const random = seededRandom(seed)

/** Two for each organization. Fewer where the machine is slow. */
const keyCount = Number(process.env['ROTATION_KEYS'] ?? 100)
const requestsPerSecond = 2 * keyCount
const killCount = Math.ceil(keyCount / 10) + 1
const integrations = ['suite→psa', 'psa→code'] as const
type Integration = (typeof integrations)[number]
/** By then it is looked whether a new key was taken up, and whoever has done so has not used the old one for a day. */
const laterMs = 2 * 86_400_000

const tenantIds = Array.from({ length: keyCount / integrations.length }, newTenantId)
const dataFolder = mkdtempSync(join(tmpdir(), 'rotation-chaos-'))
let stack: Stack
let store: Store

const start = async (clockShiftMs = 0): Promise<void> => {
  const ports = anyPorts
  const overrides = testOverrides
  stack = await startStack({ ports, dataFolder, settings: sampleSettings(), overrides, seed: seedData, clockShiftMs })
  store = createStore({ connectionString: stack.settings['DATA_STORAGE'] ?? '' })
}

beforeAll(() => start(), 240_000)
afterAll(async () => {
  await stack?.stop()
  rmSync(dataFolder, { recursive: true, force: true })
})

const rotationOf = async (tenantId: string, rotationId: string): Promise<KeyRotation> => {
  const found = await readRotation(store, { tenantId, rotationId })
  if (!found) throw new Error(`There is no rotation ${rotationId} of ${tenantId}.`)
  return found
}

/** Asks until the answer is the one of a host that lives. */
const ask = (client: Client, path: string, body?: unknown): Promise<{ readonly id: string }> =>
  eventually(
    async () => {
      try {
        const response = await client.send('POST', path, body)
        const text = await response.text()
        return response.status === 202 ? (JSON.parse(text) as { id: string }) : { id: '', text }
      } catch (error) {
        return { id: '', text: String(error) }
      }
    },
    ({ id }) => id !== '',
    patienceMs,
  )

type Rotating = { readonly tenantId: string; readonly integration: Integration; readonly rotationId: string }

/** Runs the daily timer, which goes on with what was cut off, until all are so far. */
const until = async (rotations: readonly Rotating[], isSo: (rotation: KeyRotation) => boolean, msMax: number) => {
  const left = async () =>
    (await Promise.all(rotations.map(({ tenantId, rotationId }) => rotationOf(tenantId, rotationId)))).filter(
      (rotation) => !isSo(rotation),
    )
  try {
    await runTimerUntil(stack.urls.functions, 'ai-key-rotation-timer', async () => (await left()).length === 0, msMax)
  } catch (error) {
    throw new Error(`Not so far: ${JSON.stringify(await left())}`, { cause: error })
  }
}

/** The first keys of an organization, a ticket that PSA has, and the admin. */
const provision = async (
  tenantId: string,
): Promise<{ readonly first: readonly Rotating[]; readonly admin: Client }> => {
  const { file } = await startTicketing(stack, { tenantId })
  await file(vulnerability())
  const roles = ['Operator.Keys'] as const
  const { authorization } = await admittedOperator({ directory: stack.urls.operators, store }, tenantId, roles)
  const operator = newClient(stack.urls, { authorization })
  const first: Rotating[] = []
  for (const integration of integrations) {
    const path = `/api/ai/governance/platform/tenants/${tenantId}/key-rotations`
    first.push({ tenantId, integration, rotationId: (await ask(operator, path, { integration })).id })
  }
  return { first, admin: await signIn(stack.urls, identity({ tenantId, product: 'ai', role: 'admin' })) }
}

const isDone = ({ outcome }: KeyRotation): boolean => outcome === 'done'
const isTakenUp = (rotation: KeyRotation): boolean =>
  isDone(rotation) || rotation.verifier === undefined || rotation.adoptedAt !== undefined

const killRepeatedly = async (times: number): Promise<void> => {
  for (let kill = 0; kill < times; kill += 1) {
    await sleep(500 + random.below(3_000))
    await stack.killHost()
    await stack.restartHost()
  }
}

const expectNoFailure = ({ failures, answered }: Traffic, rotations: readonly KeyRotation[], seen: Traffic['seen']) => {
  console.log(`Answered ${JSON.stringify(answered)}`)
  expect(failures).toEqual([])
  expect(Math.min(answered.fromPeer, answered.toPeer, answered.throughHost)).toBeGreaterThan(keyCount)
  const unused = rotations.filter(({ newKeyId = '' }) => !seen.has(newKeyId))
  expect(unused.map(({ integration, tenantId }) => [integration, tenantId])).toEqual([])
}

/** Both sides have the new key, and no other is good at either. */
const expectSameKeys = async (rotations: readonly KeyRotation[]): Promise<void> => {
  for (const { tenantId, integration, newKeyId = '', oldKeyId = '' } of rotations) {
    const { keys, calling } = await keysAtPsa(stack.urls.psa, tenantId)
    const use = integration === 'psa→code' ? 'call' : 'verify'
    const good = keys.filter((key) => key.use === use && key.retiredAt === undefined)
    expect(good.map(({ keyId }) => keyId)).toEqual([newKeyId])
    const rows = store.open(integrationKeyTable).key
    expect((await rows.get({ keyId: oldKeyId }))?.value.revoked).toBeDefined()
    expect((await rows.get({ keyId: newKeyId }))?.value.revoked).toBeUndefined()
    const ours = (await store.open(peerKeyTable).current.get({ tenantId, peer: 'psa' }))?.value.keyId
    expect(use === 'call' ? calling?.keyId : ours).toBe(newKeyId)
  }
}

const keySecrets = async (): Promise<readonly string[]> => {
  const names: string[] = []
  for await (const { name } of vaultClient(stack.urls.keyVault).listPropertiesOfSecrets())
    if (name.startsWith('integration-key-')) names.push(name.slice('integration-key-'.length))
  return names
}

describe(`${keyCount} keys that rotate while the host is killed (CHAOS_SEED=${seed})`, () => {
  it('fail no request in either direction, and both sides end on the same key', { timeout: 900_000 }, async () => {
    const provisioned: Awaited<ReturnType<typeof provision>>[] = []
    for (const tenantId of tenantIds) provisioned.push(await provision(tenantId))
    await until(
      provisioned.flatMap(({ first }) => first),
      ({ promotedAt }) => promotedAt !== undefined,
      120_000,
    )

    const traffic = startTraffic(stack, tenantIds, requestsPerSecond)
    const rotating = async (): Promise<readonly Rotating[]> => {
      const all = provisioned.flatMap(({ first, admin }) => first.map((each) => ({ ...each, admin })))
      return Promise.all(
        all.map(async ({ tenantId, integration, rotationId, admin }) => {
          const { newKeyId = '' } = await rotationOf(tenantId, rotationId)
          await sleep(random.below(3_000))
          const { id } = await ask(admin, `/api/ai/governance/keys/${newKeyId}/replace`)
          return { tenantId, integration, rotationId: id }
        }),
      )
    }
    const [rotations] = await Promise.all([rotating(), killRepeatedly(killCount)])
    const read = () => Promise.all(rotations.map(({ tenantId, rotationId }) => rotationOf(tenantId, rotationId)))
    await until(rotations, ({ promotedAt }) => promotedAt !== undefined, 180_000)
    const promoted = await read()
    await eventually(
      async () => promoted.filter(({ newKeyId = '' }) => !traffic.seen.has(newKeyId)).length,
      (unused) => unused === 0,
      90_000,
    )
    await traffic.stop()
    expectNoFailure(traffic, promoted, traffic.seen)

    // Two days later they are known to be taken up, and two days after that the old ones are gone: each time on a stack that is started anew.
    let ended: readonly KeyRotation[] = []
    for (const [index, isSo] of [isTakenUp, isDone].entries()) {
      await stack.stop()
      const shiftMs = (index + 1) * laterMs
      shiftClock(laterMs)
      await start(shiftMs)
      const later = startTraffic(stack, tenantIds, requestsPerSecond)
      await killRepeatedly(Math.ceil(killCount / 4))
      await until(rotations, isSo, 240_000)
      await sleep(1_000)
      await later.stop()
      ended = await read()
      expectNoFailure(later, ended, later.seen)
    }
    await expectSameKeys(ended)
    const outgoing = ended.filter(({ integration }) => integration === 'suite→psa').map(({ newKeyId = '' }) => newKeyId)
    expect((await keySecrets()).toSorted()).toEqual(outgoing.toSorted())
  })
})
