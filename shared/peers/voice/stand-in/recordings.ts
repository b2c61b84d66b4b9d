// Recordings in the stand-in of Voice: each chunk with its audio, and the transcriptions that are put to calls.
import type { AiResults } from '../../../../local/stand-ins/ai-results.ts'
import { problem } from '../../../../local/stand-ins/http-exchange.ts'
import type { Answers } from '../../../../local/stand-ins/keyed-contract.ts'
import type { Views } from '../../../../local/stand-ins/views.ts'
import type { voiceContract } from '../operations.ts'
import type { VoiceRecording } from '../recording-contract.ts'
import { StoredCall, transcriptionOf, transcriptionPlace } from './stored-call.ts'

const noCall = problem(404, 'There is no such call')
const pageMax = 100

type RecordingOperation =
  | 'readRecording'
  | 'readRecordingChunk'
  | 'listUntranscribed'
  | 'readTranscription'
  | 'putTranscription'

export const recordingAnswers = (
  views: Views,
  results: AiResults,
): Pick<Answers<typeof voiceContract>, RecordingOperation> => {
  const read = (tenantId: string, id: string) => {
    const call = views.read(tenantId, 'call', id)
    return call && { ...StoredCall.parse(call), clientId: (call['clientId'] ?? null) as string | null }
  }
  return {
    readRecording: ({ tenantId, params: { id } }) => {
      const call = read(tenantId, id)
      if (!call) return noCall
      const { clientId, startedAt, recording = { state: 'none' as const, chunks: [] } } = call
      const chunks = recording.chunks.map(({ audio, ...chunk }, index) => ({
        number: index + 1,
        bytes: Buffer.byteLength(audio, 'base64'),
        ...chunk,
      }))
      return { status: 200, body: { id, clientId, startedAt, state: recording.state, chunks } satisfies VoiceRecording }
    },
    readRecordingChunk: ({ tenantId, params: { id, number } }) => {
      const chunk = read(tenantId, id)?.recording?.chunks[Number(number) - 1]
      if (!chunk) return problem(404, 'There is no such chunk')
      return { status: 200, bytes: Buffer.from(chunk.audio, 'base64'), headers: { 'content-type': chunk.mediaType } }
    },
    listUntranscribed: ({ tenantId, query }) => {
      const after = query.get('cursor') ?? ''
      const waiting = views
        .list()
        .filter(({ kind, tenantId: of, id }) => kind === 'call' && of === tenantId && id > after)
        .map(({ id }) => id)
        .filter((id) => read(tenantId, id)?.recording?.state === 'ready')
        .filter((id) => transcriptionOf(results, { tenantId, id })?.state !== 'available')
        .toSorted()
      const callIds = waiting.slice(0, pageMax)
      const nextCursor = waiting.length > pageMax ? callIds.at(-1) : undefined
      return { status: 200, body: { callIds, ...(nextCursor !== undefined && { nextCursor }) } }
    },
    readTranscription: ({ tenantId, params: { id } }) =>
      results.get(transcriptionPlace({ tenantId, id }), read(tenantId, id) !== undefined),
    putTranscription: ({ tenantId, params: { id }, body }) =>
      results.put(transcriptionPlace({ tenantId, id }), read(tenantId, id) !== undefined, body),
  }
}
