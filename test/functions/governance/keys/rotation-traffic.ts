// Steady requests to PSA and from it while keys rotate, and what became of each: those to PSA by processes that go on, as other instances
// of the suite do, and by the host; those from PSA with the key that it has taken up.
import { setTimeout as sleep } from 'node:timers/promises'
import type { Stack } from '../../../../local/stack.ts'
import { loadConfig } from '../../../../shared/config/config.ts'
import { isAppError } from '../../../../shared/errors.ts'
import { type Services, createServices } from '../../../../shared/services.ts'
import { newClient } from '../../../support/browser-client.ts'

type Calling = { readonly keyId: string; readonly key: string }
type AtPeer = {
  readonly keyId: string
  readonly use: 'verify' | 'call'
  readonly retiredAt?: string
}

export const keysAtPsa = async (
  psaUrl: string,
  tenantId: string,
): Promise<{ readonly keys: readonly AtPeer[]; readonly calling: Calling | null }> => {
  const response = await fetch(`${psaUrl}/_control/integration-keys?tenantId=${tenantId}`)
  return (await response.json()) as { keys: readonly AtPeer[]; calling: Calling | null }
}

/** A host that was killed, and killed again, answers by then. */
export const patienceMs = 240_000
const againMs = 250
/** A host that does not keep up is not given more: a storm of repetitions would say nothing of keys. */
const atOnceMax = 100

export type Traffic = {
  /** What was answered as it should be, of each direction. */
  readonly answered: { toPeer: number; fromPeer: number; throughHost: number }
  /** What was not, in words. */
  readonly failures: string[]
  /** The keys with which requests of a direction were answered. */
  readonly seen: ReadonlySet<string>
  readonly stop: () => Promise<void>
}

type Traffics = Omit<Traffic, 'stop' | 'seen'> & { readonly seen: Set<string> }

/** @param rate requests per second, a half of them in each direction, shared by the tenants in turn */
export const startTraffic = (stack: Stack, tenantIds: readonly string[], rate: number): Traffic => {
  const traffic: Traffics = {
    answered: { toPeer: 0, fromPeer: 0, throughHost: 0 },
    failures: [],
    seen: new Set(),
  }
  const instances = [1, 2].map(() => createServices(loadConfig(stack.settings)))
  const running = new Set<Promise<void>>()
  const run = (work: Promise<void>): void => {
    const watched: Promise<void> = work
      .catch((error: unknown) => void traffic.failures.push(String(error)))
      .finally(() => running.delete(watched))
    running.add(watched)
  }
  let turn = 0
  const timer = setInterval(() => {
    if (running.size >= atOnceMax) return
    const tenantId = tenantIds[turn % tenantIds.length] ?? ''
    const instance = instances[Math.floor(turn / tenantIds.length) % instances.length]
    turn += 1
    if (instance) run(callPeer(traffic, instance, tenantId))
    run(callSuite(traffic, stack, tenantId))
  }, 2_000 / rate)
  return {
    ...traffic,
    stop: async () => {
      clearInterval(timer)
      await Promise.all(running)
    },
  }
}

/** Nothing here is ever killed: whatever is not answered is a failure, but for what takes too long on a machine that is busy. */
const callPeer = async (
  { answered, failures, seen }: Traffics,
  services: Services,
  tenantId: string,
): Promise<void> => {
  try {
    await (await services.psa()).checkHealth(tenantId)
    answered.toPeer += 1
    seen.add((await services.peerKey('psa', tenantId)).split('_')[2] ?? '')
  } catch (error) {
    if (isAppError(error, 'peer-timeout')) return
    failures.push(`${tenantId} could not call PSA: ${isAppError(error) ? error.code : String(error)}`)
  }
}

/** Asks as PSA does: again where the host was cut off, and with the key that PSA has by then. */
const callSuite = async ({ answered, failures, seen }: Traffics, stack: Stack, tenantId: string): Promise<void> => {
  const deadline = performance.now() + patienceMs
  let last = ''
  while (performance.now() < deadline) {
    const { calling } = await keysAtPsa(stack.urls.psa, tenantId)
    const answer = await listTickets(stack, calling?.key ?? '')
    if (answer.refusal !== undefined) return void failures.push(`${tenantId} was refused: ${answer.refusal}`)
    if (answer.isAnswered) {
      answered.fromPeer += 1
      if (answer.isLive) answered.throughHost += 1
      seen.add(calling?.keyId ?? '')
      return
    }
    last = answer.because ?? ''
    await sleep(againMs)
  }
  failures.push(`${tenantId} was not answered within ${patienceMs} ms: ${last}`)
}

type Listed = {
  readonly isAnswered: boolean
  /** PSA, too, has answered the host. */
  readonly isLive?: boolean
  readonly refusal?: string
  readonly because?: string
}

const listTickets = async ({ urls }: Stack, key: string): Promise<Listed> => {
  try {
    const response = await newClient(urls, { 'x-integration-key': key }).fetch('/api/code/tickets?limit=1')
    const text = await response.text()
    if (response.status === 200) {
      const { tickets, psaAvailable } = JSON.parse(text) as { tickets: readonly unknown[]; psaAvailable: boolean }
      return { isAnswered: true, isLive: psaAvailable && tickets.length === 1 }
    }
    if (response.status >= 500) return { isAnswered: false, because: text }
    return { isAnswered: false, refusal: `${response.status} ${text}` }
  } catch (error) {
    return { isAnswered: false, because: String(error) }
  }
}
