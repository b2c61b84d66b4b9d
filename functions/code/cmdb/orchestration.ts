// The sync of one tenant: plan, batches of what has changed, end. What it does not get to in one go is left to the next sync.
import type { Task } from 'durable-functions'
import { FlowFailure } from '../../../shared/flows/flow-failure.ts'
import type { OutputOf } from '../../../shared/triggers/activity.ts'
import { type Flow, orchestration } from '../../../shared/triggers/orchestration.ts'
import { compareCmdbClients, endCmdbSync, planCmdbSync, sendCmdbBatch } from './activities.ts'
import { cmdbSyncFlowName } from './flow-name.ts'

/** Bounds the history: 100,000 profiles of 200 a step. */
const batchesMax = 500
const comparisonsMax = 200
/** Again when more was asked for while it was at work. */
const roundsMax = 3

export const cmdbSyncFlow = orchestration({
  name: cmdbSyncFlowName,
  summary: 'Syncs the application profiles of one tenant to the assets in CMDB',
  integration: 'code→cmdb',
  operation: 'sync application profiles',
  handler: function* sync(flow) {
    try {
      for (let round = 1; ; round += 1) {
        yield* syncOnce(flow)
        const { again, ...result } = yield* flow.call(endCmdbSync, { mayGoOn: round < roundsMax })
        if (!again) return result
      }
    } catch (error) {
      yield* flow.call(endCmdbSync, { mayGoOn: false, problem: problemOf(error) })
      throw error
    }
  },
})

function* syncOnce(flow: Flow): Generator<Task, void, unknown> {
  let plan = yield* flow.call(planCmdbSync, {})
  if (!plan.isOn) return
  flow.progress({ step: 'compare clients', done: 0, of: plan.of, held: plan.held })
  if (plan.mappings !== null) {
    yield* compareAll(flow, { mappings: plan.mappings, reconcile: plan.reconcile })
    // What has gone with its organization counts for the guard.
    plan = yield* flow.call(planCmdbSync, {})
    if (!plan.isOn) return
  }
  let cursor: string | null = null
  for (let batch = 0; batch < batchesMax; batch += 1) {
    const {
      done,
      retired,
      of,
      cursor: next,
    }: OutputOf<typeof sendCmdbBatch> = yield* flow.call(sendCmdbBatch, { cursor })
    flow.progress({ step: 'send', done, retired, of, held: plan.held })
    if (next === null) return
    cursor = next
  }
}

type Comparison = { readonly mappings: string; readonly reconcile: string | null }

function* compareAll(flow: Flow, comparison: Comparison): Generator<Task, void, unknown> {
  let cursor: string | null = null
  for (let page = 0; page < comparisonsMax; page += 1) {
    const compared: OutputOf<typeof compareCmdbClients> = yield* flow.call(compareCmdbClients, {
      cursor,
      ...comparison,
    })
    if (compared.cursor === null) return
    cursor = compared.cursor
  }
}

const problemOf = (error: unknown) =>
  error instanceof FlowFailure
    ? { code: error.code, detail: error.message }
    : { code: 'peer-unavailable' as const, detail: 'A step failed again and again until its time was up.' }
