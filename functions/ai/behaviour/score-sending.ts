// Tells Defend the scores of a batch. It may be cut off anywhere and done again: Defend keeps the newest score of each hour.
import { sweep } from '../../../shared/effects/sweep.ts'
import { isAppError } from '../../../shared/errors.ts'
import { behaviourLimits } from '../../../shared/peers/defend/behaviour-contract.ts'
import type { Services } from '../../../shared/services.ts'
import { log } from '../../../shared/telemetry/log.ts'
import { behaviourTable, unsentPending } from './behaviour-table.ts'

export const incidentOf = {
  integration: 'ai→defend',
  operation: 'write behaviour scores back',
  severity: 'normal',
} as const

type Batch = { readonly tenantId: string; readonly batchId: string }

/** False when there was nothing to tell. Throws the errors of Defend and of the storage. */
export const sendScores = async (services: Services, { tenantId, batchId }: Batch): Promise<boolean> => {
  const store = services.store()
  const rows = store.open(behaviourTable).batch
  const row = await rows.get({ tenantId, batchId })
  const unsent = row?.value.unsent
  if (!row || !unsent) return false
  const marker = await unsentPending.mark(
    store,
    { tenantId, ref: batchId, createdAt: services.now().toISOString() },
    services.now(),
  )
  const defend = await services.defend()
  for (let from = 0; from < unsent.length; from += behaviourLimits.scoresAtOnce)
    await defend.putBehaviourScores(tenantId, unsent.slice(from, from + behaviourLimits.scoresAtOnce))
  const { unsent: _, ...sent } = row.value
  try {
    await rows.update(row, sent)
  } catch (error) {
    // Another run has told Defend the same at the same time; its marker is this one.
    if (!isAppError(error, 'conflict')) throw error
  }
  await unsentPending.clear(store, marker)
  return true
}

/** Of a batch that is recorded: what Defend does not take now it is told by the timer, and who sent the batch is done. */
export const trySendScores = async (services: Services, batch: Batch): Promise<void> => {
  try {
    await sendScores(services, batch)
  } catch (error) {
    if (!isAppError(error)) throw error
    log.warn('ai.behaviour_scores.later', { batchId: batch.batchId, code: error.code })
  }
}

export const sweepUnsent = (services: Services, signal: AbortSignal): Promise<void> =>
  sweep(
    { name: 'ai.behaviour_scores', pending: unsentPending, ...incidentOf },
    ({ value: { tenantId, ref } }) => sendScores(services, { tenantId, batchId: ref }),
    services,
    signal,
  )
