// Twice as many calls at once as the budget has, from several processes that are killed at random, and whose clocks differ: as many are let in as the
// budget has, and each is counted once.
import { type ChildProcess, fork } from 'node:child_process'
import { randomInt } from 'node:crypto'
import { type Server, createServer } from 'node:http'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { closeServer, listenOnLoopback } from '@theone/local-process/loopback'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { closeLostCalls } from '../../../../shared/ai/ledger/lost-calls.ts'
import { aiCallTable } from '../../../../shared/ai/ledger/ai-call-table.ts'
import { type Store, createStore } from '../../../../shared/store/store.ts'
import { type TestAzurite, startAzurite } from '../../../support/azurite.ts'
import { eventually } from '../../../support/eventually.ts'
import { seededRandom } from '../../../support/seeded-random.ts'
import { isLong } from '../../../support/thoroughness.ts'
import { booksOf, instanceOf, newTenant } from './ai-stage.ts'
import type { CallingProcess } from './calling-process.ts'

const plan = isLong ? { budget: 1_000, kills: 12 } : { budget: 60, kills: 2 }
const tokensPerCall = 100
const leaseMs = 6_000
/** Of each process. */
const skews = isLong ? [0, 30_000, -30_000, 10_000, 0, 20_000, -10_000, 5_000] : [0, 30_000, -30_000, 10_000]
const seed = Number(process.env['CHAOS_SEED'] ?? randomInt(1e9))
const random = seededRandom(seed)
const noon = Date.UTC(2026, 5, 1, 12) - Date.now()

let azurite: TestAzurite
let store: Store
let callee: Server
let calleeUrl: string
let counted: string[]
const running = new Map<number, ChildProcess>()

beforeEach(async () => {
  azurite = await startAzurite()
  store = createStore({ connectionString: azurite.connectionString }, { now: () => Date.now() + noon })
  counted = []
  callee = createServer((request, response) => {
    counted.push(new URL(request.url ?? '', 'http://callee').searchParams.get('id') ?? '')
    response.end()
  })
  calleeUrl = await listenOnLoopback(callee, 0, 'none')
})
afterEach(async () => {
  for (const child of running.values()) child.kill('SIGKILL')
  await closeServer(callee, 0)
  await azurite.stop()
})

const start = (index: number, tenantId: string): void => {
  const given: CallingProcess = {
    connectionString: azurite.connectionString,
    tenantId,
    calleeUrl,
    callsAtOnce: (2 * plan.budget) / skews.length,
    tokensPerCall,
    leaseMs,
    clockMs: noon + (skews[index] ?? 0),
  }
  running.set(
    index,
    fork(path.join(import.meta.dirname, 'calling-process.ts'), [JSON.stringify(given)], { stdio: 'ignore' }),
  )
}

it(`lets in exactly what the budget has, and the ledger has each call that the callee counted (CHAOS_SEED=${seed})`, async () => {
  const tenantId = await newTenant(store, {
    requestsPerMinute: 1_000_000,
    tokensPerMinute: 1_000_000_000,
    tokensPerDay: plan.budget * tokensPerCall,
    concurrency: 10_000,
  })
  for (let index = 0; index < skews.length; index += 1) start(index, tenantId)
  const letIn = async (): Promise<number> => {
    const { open, calls } = await booksOf(store, tenantId)
    // One that is closed between the two readings is in both.
    return new Set([...open, ...calls].map(({ callId }) => callId)).size
  }
  for (let kill = 0; kill < plan.kills; kill += 1) {
    await sleep(300 + random.below(1_500))
    const index = random.below(skews.length)
    running.get(index)?.kill('SIGKILL')
    start(index, tenantId)
    expect(await letIn()).toBeLessThanOrEqual(plan.budget)
  }
  await eventually(letIn, (count) => count >= plan.budget, 90_000)
  await sleep(2_000)
  for (const child of running.values()) child.kill('SIGKILL')

  const sweeper = instanceOf(store, {
    now: () => new Date(Date.now() + noon),
    timings: { leaseMs, tickMs: 500, idleMs: 500, lookMs: 500, closeEveryMs: 500 },
  })
  const sweep = async () => {
    await sweeper.endDeadLeases(tenantId)
    const signal = new AbortController().signal
    return closeLostCalls({ store, now: () => new Date(Date.now() + noon), signal }, tenantId)
  }
  await eventually(sweep, ({ open }) => open === 0, 60_000)
  await eventually(
    async () => sweeper.endDeadLeases(tenantId).then(async () => booksOf(store, tenantId)),
    ({ leases }) => leases.length === 0,
    60_000,
  )

  const { calls, sums, leases } = await booksOf(store, tenantId)
  expect(calls).toHaveLength(plan.budget)
  const done = new Set(calls.filter(({ outcome }) => outcome === 'done').map(({ callId }) => callId))
  const lost = new Set(calls.filter(({ outcome }) => outcome === 'lost').map(({ callId }) => callId))
  expect(done.size + lost.size).toBe(plan.budget)
  // The callee was called once for each that is done, and at most once for each that was cut off.
  expect(new Set(counted).size).toBe(counted.length)
  expect(counted.filter((callId) => !done.has(callId) && !lost.has(callId))).toEqual([])
  expect([...done].filter((callId) => !counted.includes(callId))).toEqual([])
  const ofTenant = sums.filter(({ userId }) => userId === '')
  const total = (count: 'calls' | 'lost' | 'promptTokens') => ofTenant.reduce((sum, one) => sum + one[count], 0)
  expect([total('calls'), total('lost'), total('promptTokens')]).toEqual([
    plan.budget,
    lost.size,
    (done.size * tokensPerCall) / 2,
  ])
  expect(leases).toEqual([])
  const budget = await store.open(aiCallTable).budget.get({ tenantId, tier: 'ai-pro' })
  expect(budget?.value).toMatchObject({ dayTokens: plan.budget * tokensPerCall, slots: 0 })
}, 300_000)
