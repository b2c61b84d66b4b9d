// A place where keys rotate: storage, a key vault and PSA of a test's own, and a clock that it sets. The orchestration runs as it is, step by step.
import type { Task } from 'durable-functions'
import { vi } from 'vitest'
import { beginFirst, beginRotation, requireRotation } from '../../../../functions/governance/keys/rotation-begin.ts'
import { keyRotationFlow } from '../../../../functions/governance/keys/orchestration.ts'
import type { KeyRotation } from '../../../../functions/governance/keys/rotation-table.ts'
import { startKeyVault } from '../../../../local/key-vault/key-vault.ts'
import { start as startPsa } from '../../../../shared/peers/psa/stand-in/stand-in.ts'
import { createKeyUse } from '../../../../shared/auth/key-use.ts'
import { createKeyVerifier } from '../../../../shared/auth/key-verifier.ts'
import { requestIdOf } from '../../../../shared/flows/attempts.ts'
import { loadConfig } from '../../../../shared/config/config.ts'
import { type Services, createServices } from '../../../../shared/services.ts'
import type { ActivityDefinition } from '../../../../shared/triggers/activity.ts'
import { handlerInput } from '../../../../shared/triggers/handler-tools.ts'
import type { Flow } from '../../../../shared/triggers/orchestration.ts'
import { startAzurite } from '../../../support/azurite.ts'

export const dayMs = 86_400_000
/** Sets the clock ahead. */
export const pass = (days: number): void => void vi.setSystemTime(Date.now() + days * dayMs)
/** Sleeps as often as it takes, and has the consumer use its key each time. */
export const throughNights = (use: () => Promise<unknown>) => async (until: string) => {
  vi.setSystemTime(Date.parse(until))
  await use()
  return true
}
const settingKey = 'aB3dE5fG7hJ9kL1mN2pQ4rS6'
const registrationKey = 'zY8xW6vU4tS2rQ1pO3nM5lK7'

type Calling = { readonly keyId: string; readonly key: string }
type Shown = { readonly keyId: string; readonly retiredAt?: string; readonly lastSeenAt?: string }

export type RotationStage = Awaited<ReturnType<typeof openRotationStage>>

export const openRotationStage = async () => {
  const azurite = await startAzurite()
  const vault = await startKeyVault({ port: 0 })
  const psa = await startPsa({ port: 0, keys: [settingKey], registrationKeys: [registrationKey] })
  const settings = {
    DATA_STORAGE: azurite.connectionString,
    KEY_VAULT: vault.url,
    PSA_API_URL: psa.url,
    PSA_SERVICE_KEY: settingKey,
    PSA_REGISTRATION_KEY: registrationKey,
    AUDIT_SIGNING_KEY: 'qW2eR4tY6uI8oP0aS1dF3gH5jK7lZ9xC',
  }
  /** A process that knows nothing yet. */
  const instance = (changes: Readonly<Record<string, string>> = {}): Services =>
    createServices(loadConfig({ ...settings, ...changes }))
  const store = instance().store()
  const now = (): Date => new Date()
  const tools = { store, now }

  const control = async (tenantId: string, method: string, path: string, body?: unknown): Promise<unknown> => {
    const response = await fetch(`${psa.url}/_control/${path}?tenantId=${tenantId}`, {
      method,
      ...(body !== undefined && { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
    })
    if (!response.ok) throw new Error(`PSA refused ${method} ${path}: ${response.status}`)
    return response.status === 204 ? undefined : response.json()
  }
  const keysAtPeer = async (tenantId: string) =>
    (await control(tenantId, 'GET', 'integration-keys')) as { keys: readonly Shown[]; calling: Calling | null }

  return {
    vault,
    psa,
    settings,
    store,
    tools,
    instance,
    control,
    keysAtPeer,
    beginFirst: (tenantId: string, integration: string) =>
      beginFirst(tools, { tenantId, integration, by: 'key:operator' }),
    begin: (tenantId: string, keyId: string, isSuspected = false) =>
      beginRotation(tools, { tenantId, keyId, by: 'user:admin', isSuspected }),
    read: (rotation: KeyRotation) => requireRotation(store, rotation),
    /** The key with which a process that knows nothing yet calls PSA, and whether PSA takes it. */
    callPsa: async (tenantId: string) => {
      const services = instance()
      const key = await services.peerKey('psa', tenantId)
      return { keyId: key.split('_')[2] ?? '', isTaken: await isDone((await services.psa()).checkHealth(tenantId)) }
    },
    isTakenByPsa: async (tenantId: string, key: string): Promise<boolean> => {
      const headers = { 'x-integration-key': key, 'x-tenant-id': tenantId }
      return (await fetch(`${psa.url}/v1/health`, { headers })).status === 200
    },
    /** By a verifier that has read nothing before. */
    isGoodHere: (key: string): Promise<boolean> => isDone(createKeyVerifier(store)(key, now())),
    use: async (tenantId: string, key: string): Promise<void> => {
      const recorder = createKeyUse({ store, append: () => Promise.resolve(), now })
      const keyId = key.split('_')[2] ?? ''
      await recorder.note({ tenantId, keyId, address: '10.0.0.1', operation: 'code-list-tickets' })
      await recorder.flush()
    },
    close: async () => {
      vi.useRealTimers()
      await Promise.all([psa.close(), vault.close(), azurite.stop()])
    },
  }
}

export const isDone = (work: Promise<unknown>): Promise<boolean> =>
  work.then(
    () => true,
    () => false,
  )

type Asked =
  | { readonly activity: ActivityDefinition; readonly input: unknown }
  | { readonly until: string; readonly activity?: undefined }

/**
 * Runs the orchestration of a rotation, whose steps do their work for real, up to where it sleeps or to its end. What a step throws ends it.
 * @param onSleep lets it go on by `true`, once the time is set
 */
export const driveRotation = async (
  services: Services,
  { tenantId, rotationId, attempt }: KeyRotation,
  onSleep: (until: string) => boolean | Promise<boolean> = () => false,
): Promise<'asleep' | 'ended'> => {
  const identity = { tenantId, requestId: requestIdOf(rotationId, attempt) }
  const ask = function* (asked: Asked): Generator<Task, never, unknown> {
    return (yield asked as unknown as Task) as never
  }
  const flow: Flow = {
    ...identity,
    now: () => new Date(),
    call: (activity, input) => ask({ activity, input }),
    callEach: () => {
      throw new Error('It does one step at a time.')
    },
    sleepUntil: (time) => ask({ until: new Date(time).toISOString() }),
    about: () => {},
    progress: () => {},
  }
  const steps = keyRotationFlow.handler(flow)
  let turn = steps.next()
  while (!turn.done) {
    const asked = turn.value as unknown as Asked
    if (asked.activity === undefined) {
      if (!(await onSleep(asked.until))) return 'asleep'
      turn = steps.next(undefined)
    } else {
      const input = handlerInput(services, { ...identity, input: asked.input })
      turn = steps.next(await asked.activity.handler(input as never))
    }
  }
  return 'ended'
}
