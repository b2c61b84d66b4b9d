// A call as the stand-in of Voice keeps it: with all that was said, its recording, and which transcript it shows.
import { z } from 'zod'
import type { AiResults } from '../../../../local/stand-ins/ai-results.ts'
import { VoiceCall } from '../contract.ts'
import { RecordingChunk, VoiceTranscription, VoiceRecording } from '../recording-contract.ts'
import { VoiceTranscript } from '../transcript-contract.ts'

const Chunk = RecordingChunk.omit({ number: true, bytes: true }).extend({ audio: z.base64() })

export const StoredCall = VoiceCall.extend({
  transcript: z.array(VoiceCall.shape.transcript.element),
  /** Ready unless told. */
  transcriptState: VoiceTranscript.shape.state.optional(),
  recording: z.object({ state: VoiceRecording.shape.state, chunks: z.array(Chunk) }).optional(),
})
export type StoredCall = z.infer<typeof StoredCall>

export type Transcription = VoiceTranscription | undefined

type Place = { readonly tenantId: string; readonly id: string }

export const transcriptionPlace = ({ tenantId, id }: Place) => ({ tenantId, id, kind: 'transcription' })

export const transcriptionOf = (results: AiResults, place: Place): Transcription => {
  const kept = results.of(transcriptionPlace(place))
  return kept && VoiceTranscription.parse(kept.result)
}

/** What Voice has by itself, else what was put. */
export const saidIn = ({ transcript, startedAt }: StoredCall, transcription: Transcription): StoredCall['transcript'] =>
  transcript.length > 0 || transcription?.state !== 'available'
    ? transcript
    : transcription.lines.map(({ startsAt, speaker, text }) => ({
        at: new Date(Date.parse(startedAt) + startsAt * 1_000).toISOString(),
        speaker: speaker ?? '',
        text,
      }))

export const transcriptStateOf = (
  { transcriptState, recording, transcript }: StoredCall,
  transcription: Transcription,
): VoiceTranscript['state'] => {
  if (transcriptState !== undefined) return transcriptState
  const isAwaited = transcript.length === 0 && (recording?.state === 'ready' || recording?.state === 'pending')
  if (!isAwaited || transcription?.state === 'available') return 'ready'
  return transcription === undefined ? 'pending' : 'none'
}
