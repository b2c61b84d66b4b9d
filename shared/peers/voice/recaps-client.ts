// Reads transcripts of Voice, and writes recaps to calls.
import * as z from 'zod'
import type { OperationCall } from '../../peer-client/operation-call.ts'
import { needing, reading } from '../../schema/reading.ts'
import { type AiResultPut, type AiResultSeen, putOf, resultOf, resultPuts, resultReads } from '../ai-result/results.ts'
import { recordOf, refusedReads } from '../user-read/user-read.ts'
import type { voiceContract } from './operations.ts'
import { type VoiceRecap, VoiceTranscript } from './transcript-contract.ts'

const ReadTranscript = reading(
  needing(VoiceTranscript.extend({ lines: z.array(VoiceTranscript.shape.lines.element) }), [
    'id',
    'startedAt',
    'state',
    'lines',
  ]),
)
export type ReadTranscript = z.output<typeof ReadTranscript>

export type VoiceRecapsClient = {
  /** One page from a line on, the first of which is 1. Undefined when Voice has no such call. */
  readonly readTranscript: (tenantId: string, callId: string, from: number) => Promise<ReadTranscript | undefined>
  readonly readRecap: (tenantId: string, callId: string) => Promise<AiResultSeen | undefined>
  /** An available recap that stands there is left as it is. Undefined when Voice has no such call. */
  readonly putRecap: (tenantId: string, callId: string, recap: VoiceRecap) => Promise<AiResultPut | undefined>
}

export const createVoiceRecapsClient = (call: OperationCall<typeof voiceContract>): VoiceRecapsClient => ({
  readTranscript: async (tenantId, id, from) => {
    const answers = { 200: recordOf(ReadTranscript, 'id', id), 404: refusedReads[404] }
    const answer = await call('readTranscript', { tenantId, params: { id }, query: { from }, answers })
    return answer.status === 200 ? answer.body : undefined
  },
  readRecap: async (tenantId, id) =>
    resultOf(await call('readRecap', { tenantId, params: { id }, answers: resultReads })),
  putRecap: async (tenantId, id, recap) =>
    putOf(await call('putRecap', { tenantId, params: { id }, body: recap, answers: resultPuts })),
})
