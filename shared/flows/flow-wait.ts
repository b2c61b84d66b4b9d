// Why an orchestration waits: which step failed for now, what with, and when it is tried next. Durable keeps the tries to itself.
import * as z from 'zod'
import { sha256 } from '../auth/digest.ts'
import { retryDelayMsMax } from '../bus/retry-delay.ts'
import { errorTable } from '../error-table.ts'
import type { AppError } from '../errors.ts'
import { canonicalJson } from '../http/canonical-json.ts'
import type { Store } from '../store/store.ts'
import { rowKind, table } from '../store/table.ts'
import { ErrorCodeName, type StepInput } from './flow-envelope.ts'

const FlowWait = z.strictObject({
  tenantId: z.string(),
  requestId: z.string(),
  step: z.string(),
  /** Of the step's input: the next page of the same work is another step. */
  inputHash: z.string(),
  code: ErrorCodeName,
  detail: z.string(),
  peer: z.string().optional(),
  attempts: z.int().min(1),
  failedAt: z.iso.datetime(),
  nextAttemptAt: z.iso.datetime(),
})
export type FlowWait = z.infer<typeof FlowWait>

export const flowWaitTable = table('flowWaits', {
  wait: rowKind({
    schema: FlowWait,
    partition: ['tenantId'],
    key: ['requestId'],
    keepFor: { days: 30 },
    dataOf: { tenant: ['tenantId'] },
  }),
})

/** What a progress endpoint shows of it. */
export const WaitingFor = z
  .strictObject({
    peer: z.string().nullable().describe('The product whose call failed. Null when no other product is involved'),
    lastError: z.strictObject({ code: ErrorCodeName, title: z.string(), detail: z.string() }),
    attempts: z.int().min(1).describe('Number of attempts of the step'),
    lastAttemptAt: z.iso.datetime(),
    nextAttemptAt: z.iso.datetime().describe('Approximate time of the next attempt'),
  })
  .meta({ id: 'WaitingFor', description: 'What the work waits for while a step is retried' })
export type WaitingFor = z.infer<typeof WaitingFor>

type Tools = { readonly store: Store; readonly now: () => Date }
type Key = Pick<FlowWait, 'tenantId' | 'requestId'>

/** A step that failed and is tried again. Durable waits twice as long each time, up to an hour. */
export const recordWait = async (
  { store, now }: Tools,
  { tenantId, requestId, retrySeconds, input }: StepInput,
  step: string,
  error: AppError,
): Promise<FlowWait> => {
  const at = now()
  const inputHash = sha256(canonicalJson(input ?? null))
  const { peer } = error.details
  const { value } = await store.open(flowWaitTable).wait.modify({ tenantId, requestId }, (current) => {
    const attempts = current?.step === step && current.inputHash === inputHash ? current.attempts + 1 : 1
    const delayMs = Math.min(retryDelayMsMax, retrySeconds * 1_000 * 2 ** Math.min(30, attempts - 1))
    return {
      tenantId,
      requestId,
      step,
      inputHash,
      code: error.code,
      detail: error.message,
      ...(peer !== undefined && { peer }),
      attempts,
      failedAt: at.toISOString(),
      nextAttemptAt: new Date(at.getTime() + delayMs).toISOString(),
    }
  })
  return value
}

export const forgetWait = (store: Store, { tenantId, requestId }: Key): Promise<void> =>
  store.open(flowWaitTable).wait.delete({ tenantId, requestId })

/** As long as a try may take. What is older was tried by another instance since, and went through. */
const tryMsMax = 5 * 60_000

/** Undefined when the work does not wait. */
export const readWait = async (
  { store, now }: Tools,
  { tenantId, requestId }: Key,
): Promise<WaitingFor | undefined> => {
  const wait = (await store.open(flowWaitTable).wait.get({ tenantId, requestId }))?.value
  if (!wait || now().getTime() - Date.parse(wait.nextAttemptAt) > tryMsMax) return undefined
  const { code, detail, peer, attempts, failedAt, nextAttemptAt } = wait
  return {
    peer: peer ?? null,
    lastError: { code, title: errorTable[code].title, detail },
    attempts,
    lastAttemptAt: failedAt,
    nextAttemptAt,
  }
}
