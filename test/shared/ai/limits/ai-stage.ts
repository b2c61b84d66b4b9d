// A tenant with limits of its own, and instances that let its calls in.
import { randomUUID } from 'node:crypto'
import {
  type Admission,
  type AiAdmissions,
  type CallRequest,
  createAiAdmissions,
} from '../../../../shared/ai/limits/admissions.ts'
import { type AiLimits, aiLimitTable } from '../../../../shared/ai/limits/figures.ts'
import type { Timings } from '../../../../shared/ai/limits/timings.ts'
import {
  type AiCall,
  type AiLease,
  type AiReservation,
  type AiUsageSum,
  aiCallTable,
} from '../../../../shared/ai/ledger/ai-call-table.ts'
import type { Settlement } from '../../../../shared/ai/ledger/closing.ts'
import { isAppError } from '../../../../shared/errors.ts'
import type { AiTier } from '../../../../shared/peers/hub/vocabulary.ts'
import type { Store } from '../../../../shared/store/store.ts'

export const quick: Timings = { leaseMs: 6_000, tickMs: 100, idleMs: 500, lookMs: 200, closeEveryMs: 100 }

export const done: Settlement = {
  outcome: 'done',
  model: 'gpt-test',
  provider: 'test',
  promptTokens: 10,
  completionTokens: 20,
  isEstimated: false,
}

export const newTenant = async (store: Store, limits: Partial<AiLimits>, tier: AiTier = 'ai-pro'): Promise<string> => {
  const tenantId = `tenant-${randomUUID()}`
  await store
    .open(aiLimitTable)
    .override.insert({ tenantId, tier, ...limits, setAt: new Date().toISOString(), origin: 'test' })
  return tenantId
}

export const requestOf = (tenantId: string, more: Partial<CallRequest> = {}): CallRequest => ({
  tenantId,
  tier: 'ai-pro',
  userId: 'user-1',
  feature: 'ticket-suggest',
  modelClass: 'fast',
  promptBound: 50,
  ceiling: 50,
  signal: new AbortController().signal,
  deadline: new Date(Date.now() + 10_000),
  ...more,
})

type More = Partial<Pick<Parameters<typeof createAiAdmissions>[0], 'now' | 'timings' | 'placesOf'>>

export const instanceOf = (store: Store, more: More = {}): AiAdmissions =>
  createAiAdmissions({
    store,
    now: () => new Date(),
    timings: quick,
    placesOf: () => ({ shared: 500, enterprise: 100 }),
    ...more,
  })

export type Tried = { readonly admitted: readonly Admission[]; readonly refused: readonly string[] }

/** All at once. Refused ones are named by their code and limit. */
export const admitAll = async (instance: AiAdmissions, requests: readonly CallRequest[]): Promise<Tried> => {
  const admitted: Admission[] = []
  const refused: string[] = []
  await Promise.all(
    requests.map(async (request) => {
      try {
        admitted.push(await instance.admit(request))
      } catch (error) {
        refused.push(isAppError(error) ? `${error.code} ${error.details.limit ?? ''}`.trim() : String(error))
      }
    }),
  )
  return { admitted, refused }
}

export type Books = {
  readonly open: readonly AiReservation[]
  readonly calls: readonly AiCall[]
  readonly leases: readonly AiLease[]
  readonly sums: readonly AiUsageSum[]
}

export const booksOf = async (store: Store, tenantId: string): Promise<Books> => {
  const table = store.open(aiCallTable)
  const all = async <Value>(rows: AsyncIterable<{ value: Value }>): Promise<Value[]> => {
    const values: Value[] = []
    for await (const { value } of rows) values.push(value)
    return values
  }
  return {
    open: await all(table.reservation.each({ tenantId })),
    calls: await all(table.call.each({ tenantId })),
    leases: await all(table.lease.each({ tenantId })),
    sums: await all(table.sum.each({ tenantId })),
  }
}

/** Waits for the next minute where so little is left of this one that a test would run over its end. */
export const inOneMinute = async (secondsNeeded: number): Promise<void> => {
  const left = 60_000 - (Date.now() % 60_000)
  if (left < secondsNeeded * 1_000) await new Promise((resolve) => setTimeout(resolve, left + 50))
}
