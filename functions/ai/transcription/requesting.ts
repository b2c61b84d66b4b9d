// Takes the transcription of a recording in, and starts its orchestration.
import { noteAttempt, startAttempt } from '../../../shared/flows/attempts.ts'
import type { FlowClient } from '../../../shared/flows/flow-client.ts'
import type { FlowRequest } from '../../../shared/flows/flow-request.ts'
import type { Store } from '../../../shared/store/store.ts'
import { transcriptionFlowName } from './flow-name.ts'
import { type StoredTranscription, transcriptionIdOf, transcriptionTable } from './transcription-table.ts'

type Requesting = { readonly store: Store; readonly flows: Pick<FlowClient, 'start'> }

type Told = {
  readonly tenantId: string
  readonly callId: string
  readonly toldAt: Date
  readonly requestedBy: string
  /** Voice still waits for it: begun again also after an attempt that ended with words instead of a transcription. */
  readonly isAwaited?: true
}

/**
 * One for each call, however often Voice tells of it. One that failed is begun again.
 * @returns whether this call started it
 * @throws AppError `flow-not-started`
 */
export const requestTranscription = async ({ store, flows }: Requesting, told: Told): Promise<boolean> => {
  const { tenantId, requestedBy, isAwaited } = told
  const { transcriptionId, attempt: known } = await keepTranscription(store, told)
  const starting = {
    flows,
    flow: transcriptionFlowName,
    tenantId,
    requestedBy,
    cameToNothing: ({ state, finishedAt }: FlowRequest) =>
      state === 'failed' || state === 'cancelled' || (isAwaited === true && finishedAt !== undefined),
    recordAttempt: (attempt: number) =>
      noteAttempt(store.open(transcriptionTable).transcription, { tenantId, transcriptionId }, attempt),
  }
  const { outcome } = await startAttempt(starting, { id: transcriptionId, attempt: known })
  return outcome !== 'existing'
}

/** The row comes before the request: the steps read it. */
const keepTranscription = async (store: Store, { tenantId, callId, toldAt }: Told): Promise<StoredTranscription> => {
  const transcriptionId = transcriptionIdOf(tenantId, callId)
  const rows = store.open(transcriptionTable).transcription
  const at = { toldAt: toldAt.toISOString(), clientId: '', attempt: 1, chunks: [] }
  const fresh = { tenantId, transcriptionId, callId, ...at }
  return (await rows.modify({ tenantId, transcriptionId }, (current) => current ?? fresh)).value
}
