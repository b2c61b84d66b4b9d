// Takes the transcription of a recording in, and starts its orchestration.
import { sha256 } from '../../../shared/auth/digest.ts'
import type { FlowClient } from '../../../shared/flows/flow-client.ts'
import type { FlowRequest } from '../../../shared/flows/flow-request.ts'
import type { Store } from '../../../shared/store/store.ts'
import { transcriptionFlowName } from './flow-name.ts'
import { type StoredTranscription, requestIdOf, transcriptionIdOf, transcriptionTable } from './transcription-table.ts'

type Requesting = { readonly store: Store; readonly flows: FlowClient }

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
  const { tenantId, requestedBy } = told
  const { transcriptionId, attempt: known } = await keepTranscription(store, told)
  for (let attempt = known; ; attempt += 1) {
    if (attempt > known) await recordAttempt(store, { tenantId, transcriptionId }, attempt)
    const requestId = requestIdOf(transcriptionId, attempt)
    const asked = { tenantId, requestId, requestedBy, contentHash: sha256(requestId) }
    const { request, isNew } = await flows.start(transcriptionFlowName, asked)
    if (isNew) return true
    if (!cameToNothing(request, told)) return false
  }
}

const cameToNothing = ({ state, finishedAt }: FlowRequest, { isAwaited }: Told): boolean =>
  state === 'failed' || state === 'cancelled' || (isAwaited === true && finishedAt !== undefined)

/** The row comes before the request: the steps read it. */
const keepTranscription = async (store: Store, { tenantId, callId, toldAt }: Told): Promise<StoredTranscription> => {
  const transcriptionId = transcriptionIdOf(tenantId, callId)
  const rows = store.open(transcriptionTable).transcription
  const at = { toldAt: toldAt.toISOString(), clientId: '', attempt: 1, chunks: [] }
  const fresh = { tenantId, transcriptionId, callId, ...at }
  return (await rows.modify({ tenantId, transcriptionId }, (current) => current ?? fresh)).value
}

/** Never back: of two who begin again at once, one may be further. */
const recordAttempt = async (
  store: Store,
  key: Pick<StoredTranscription, 'tenantId' | 'transcriptionId'>,
  attempt: number,
): Promise<void> => {
  await store.open(transcriptionTable).transcription.modify(key, (current) => {
    if (!current) throw new Error('The transcription was deleted in the meantime.')
    return current.attempt >= attempt ? current : { ...current, attempt }
  })
}
