// An instance in a process of its own: it makes calls, many at once, and tries those again that are refused, until it is killed.
import { setTimeout as sleep } from 'node:timers/promises'
import { createAiAdmissions } from '../../../../shared/ai/limits/admissions.ts'
import { isAppError } from '../../../../shared/errors.ts'
import { createStore } from '../../../../shared/store/store.ts'
import { requestOf } from './ai-stage.ts'

export type CallingProcess = {
  readonly connectionString: string
  readonly tenantId: string
  readonly calleeUrl: string
  readonly callsAtOnce: number
  readonly tokensPerCall: number
  readonly leaseMs: number
  /** By how much its clock is wrong. */
  readonly clockMs: number
}

const run = (): void => {
  const plan = JSON.parse(process.argv[2] ?? '{}') as CallingProcess
  process.on('disconnect', () => process.exit())
  const now = () => new Date(Date.now() + plan.clockMs)
  const store = createStore({ connectionString: plan.connectionString }, { now: () => now().getTime() })
  const { leaseMs, tokensPerCall, tenantId } = plan
  const admissions = createAiAdmissions({
    store,
    now,
    timings: { leaseMs, tickMs: leaseMs / 15, idleMs: leaseMs / 10, lookMs: leaseMs / 10, closeEveryMs: 500 },
    placesOf: () => ({ shared: 1_000, enterprise: 0 }),
  })
  const makeOne = async (): Promise<void> => {
    const deadline = new Date(now().getTime() + 60_000)
    const half = tokensPerCall / 2
    const admission = await admissions.admit(requestOf(tenantId, { promptBound: half, ceiling: half, deadline }))
    await fetch(`${plan.calleeUrl}/?id=${admission.callId}`)
    const used = { promptTokens: half, completionTokens: half, isEstimated: false }
    await admission.settle({ outcome: 'done', model: 'gpt-test', ...used })
  }
  const makeMany = async (): Promise<void> => {
    for (;;)
      try {
        await makeOne()
      } catch (error) {
        if (!isAppError(error)) throw error
        await sleep(200 + Math.random() * 400)
      }
  }
  for (let count = 0; count < plan.callsAtOnce; count += 1) void makeMany()
}

if (process.argv[2] !== undefined) run()
