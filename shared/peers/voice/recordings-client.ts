// Reads recordings of Voice, and writes to calls what was said in them.
import type * as z from 'zod'
import type { OperationCall } from '../../peer-client/operation-call.ts'
import { needing, reading } from '../../schema/reading.ts'
import { type AiResultPut, type AiResultSeen, putOf, resultOf, resultPuts, resultReads } from '../ai-result/results.ts'
import { recordOf, refusedReads } from '../user-read/user-read.ts'
import type { voiceContract } from './operations.ts'
import { ChunkAudio, UntranscribedPage, VoiceRecording, type VoiceTranscription } from './recording-contract.ts'

const ReadRecording = reading(needing(VoiceRecording, ['id', 'startedAt', 'state', 'chunks']))
export type ReadRecording = z.output<typeof ReadRecording>

const ReadUntranscribed = reading(UntranscribedPage)

export type VoiceRecordingsClient = {
  /** Undefined when Voice has no such call. */
  readonly readRecording: (tenantId: string, callId: string) => Promise<ReadRecording | undefined>
  /** Undefined when Voice no longer has it. */
  readonly readRecordingChunk: (tenantId: string, callId: string, number: number) => Promise<Blob | undefined>
  /** One page of calls. */
  readonly listUntranscribed: (tenantId: string, cursor?: string) => Promise<z.output<typeof ReadUntranscribed>>
  readonly readTranscription: (tenantId: string, callId: string) => Promise<AiResultSeen | undefined>
  /** An available one that stands there is left as it is. Undefined when Voice has no such call. */
  readonly putTranscription: (
    tenantId: string,
    callId: string,
    transcription: VoiceTranscription,
  ) => Promise<AiResultPut | undefined>
}

export const createVoiceRecordingsClient = (call: OperationCall<typeof voiceContract>): VoiceRecordingsClient => ({
  readRecording: async (tenantId, id) => {
    const answers = { 200: recordOf(ReadRecording, 'id', id), 404: refusedReads[404] }
    const answer = await call('readRecording', { tenantId, params: { id }, answers })
    return answer.status === 200 ? answer.body : undefined
  },
  readRecordingChunk: async (tenantId, id, number) => {
    const answers = { 200: reading(ChunkAudio), 404: refusedReads[404] }
    const answer = await call('readRecordingChunk', { tenantId, params: { id, number: String(number) }, answers })
    return answer.status === 200 ? answer.body : undefined
  },
  listUntranscribed: async (tenantId, cursor) =>
    (await call('listUntranscribed', { tenantId, query: { cursor }, answers: { 200: ReadUntranscribed } })).body,
  readTranscription: async (tenantId, id) =>
    resultOf(await call('readTranscription', { tenantId, params: { id }, answers: resultReads })),
  putTranscription: async (tenantId, id, transcription) =>
    putOf(await call('putTranscription', { tenantId, params: { id }, body: transcription, answers: resultPuts })),
})
