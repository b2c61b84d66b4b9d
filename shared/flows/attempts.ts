// Attempts at one piece of work: one that came to nothing is begun again under the same id, as another request.
import { sha256 } from '../auth/digest.ts'
import { AppError } from '../errors.ts'
import type { FlowClient } from './flow-client.ts'
import type { FlowRequest } from './flow-request.ts'

/** `id` has no dot. The first attempt's request is named as the work itself. */
export type Attempt = { readonly id: string; readonly attempt: number }

export const requestIdOf = (id: string, attempt: number): string => (attempt === 1 ? id : `${id}.${attempt}`)

/** The way back from `requestIdOf`. */
export const attemptOf = (requestId: string): Attempt => {
  const [id = '', attempt = '1'] = requestId.split('.')
  return { id, attempt: Number(attempt) }
}

type Starting = {
  readonly flows: Pick<FlowClient, 'start'>
  readonly flow: string
  readonly tenantId: string
  readonly requestedBy: string
  /** Whether an attempt that ended like this is followed by another. */
  readonly cameToNothing: (request: FlowRequest) => boolean
  /** Called before an attempt begins of which the row of the work does not know yet, for `noteAttempt`: the first step reads that row. */
  readonly recordAttempt: (attempt: number) => Promise<unknown>
}

type Started = {
  readonly outcome: 'started' | 'restarted' | 'existing'
  /** Of the attempt that was started, or that stands. */
  readonly request: FlowRequest
}

/**
 * Starts the work, or what comes after an attempt that came to nothing. `known` is the latest attempt of which the row of the work knows;
 * there may be later ones.
 * @throws AppError `flow-not-started`
 */
export const startAttempt = async (
  { flows, flow, tenantId, requestedBy, cameToNothing, recordAttempt }: Starting,
  { id, attempt: known }: Attempt,
): Promise<Started> => {
  for (let attempt = known; ; attempt += 1) {
    if (attempt > known) await recordAttempt(attempt)
    const requestId = requestIdOf(id, attempt)
    const { request, isNew } = await flows.start(flow, {
      tenantId,
      requestId,
      requestedBy,
      contentHash: sha256(requestId),
    })
    if (isNew) return { outcome: attempt === 1 ? 'started' : 'restarted', request }
    if (!cameToNothing(request)) return { outcome: 'existing', request }
  }
}

type AttemptRows<Key, Work> = {
  readonly modify: (
    key: Key,
    change: (current: Work | undefined) => Work | Promise<Work>,
  ) => Promise<{ readonly value: Work }>
}

/**
 * Tells the row of the work of an attempt. Never back: of two who begin again at once, one may be further.
 * @param renew what else of the row is another in this attempt. It may run several times, and does not when the row knows of the attempt.
 * @returns the row as it is now
 * @throws AppError `conflict` when the work was deleted; what `renew` throws
 */
export const noteAttempt = async <Key, Work extends { readonly attempt: number }>(
  rows: AttemptRows<Key, Work>,
  key: Key,
  attempt: number,
  renew: (current: Work) => Work | Promise<Work> = (current) => current,
): Promise<Work> => {
  const { value } = await rows.modify(key, async (current) => {
    if (!current) throw new AppError('conflict', 'The work was deleted at the same time. Repeat the request.')
    return current.attempt >= attempt ? current : { ...(await renew(current)), attempt }
  })
  return value
}
