// Shows how far the transcription of a recording is.
import { AppError } from '../../../shared/errors.ts'
import { requestIdOf } from '../../../shared/flows/attempts.ts'
import { flowRequestTable } from '../../../shared/flows/flow-request.ts'
import { readWait } from '../../../shared/flows/flow-wait.ts'
import type { Services } from '../../../shared/services.ts'
import { ShownTranscription } from './contract.ts'
import { transcriptionFlowName } from './flow-name.ts'
import { chunkHashOf, transcriptionIdOf, transcriptionTable } from './transcription-table.ts'

/** @throws AppError `not-found` when Voice has told of no recording of this call */
export const showTranscription = async (
  services: Services,
  tenantId: string,
  callId: string,
): Promise<ShownTranscription> => {
  const store = services.store()
  const transcriptionId = transcriptionIdOf(tenantId, callId)
  const tables = store.open(transcriptionTable)
  const stored = (await tables.transcription.get({ tenantId, transcriptionId }))?.value
  const requestId = stored && requestIdOf(transcriptionId, stored.attempt)
  const flow = transcriptionFlowName
  const request = requestId && (await store.open(flowRequestTable).request.get({ tenantId, flow, requestId }))?.value
  if (!stored || !request) throw new AppError('not-found', 'Nothing is known of a recording of this call.')
  const { state, result, problem, requestedAt, finishedAt } = request
  const waitingFor = state === 'started' ? await readWait({ store, now: services.now }, request) : undefined
  const { rows: heard } = await tables.heard.list({ tenantId, transcriptionId }, { limit: 1_000 })
  // Of a chunk that Voice cuts otherwise now, what was heard before counts for nothing.
  const hashes = new Set(stored.chunks.map(chunkHashOf))
  const outcome = ShownTranscription.shape.outcome.safeParse(result?.['outcome']).data
  return {
    callId,
    state,
    attempt: stored.attempt,
    chunks: stored.chunks.length,
    chunksHeard: heard.filter(({ value }) => hashes.has(value.chunkHash)).length,
    ...(outcome !== undefined && { outcome }),
    ...(waitingFor && { waitingFor }),
    ...(problem && { problem }),
    requestedAt,
    ...(finishedAt !== undefined && { finishedAt }),
  }
}
