// The wire of recordings, which the suite reads on its own behalf to write down what was said, and of the transcription that it puts to the call.
import * as z from 'zod'
import { aiResultDraft } from '../ai-result/contract.ts'
import { RecordId } from '../user-read/contract.ts'

/** What a provider of models takes at once: Voice cuts a recording so that no chunk is longer or larger. */
export const chunkBytesMax = 25_000_000
export const chunkSecondsMax = 600
export const chunksMax = 400

const seconds = z.number().min(0).max(86_400)

export const audioTypes = ['audio/wav', 'audio/mpeg', 'audio/ogg', 'audio/mp4', 'audio/webm', 'audio/flac'] as const

/** A part of the recording that can be played by itself. */
export const RecordingChunk = z.object({
  number: z.int().min(1),
  /** From the beginning of the call. It may begin a little before its predecessor ends, so that no word is cut in two. */
  startsAt: seconds,
  seconds: z.number().positive().max(chunkSecondsMax),
  bytes: z.int().min(1).max(chunkBytesMax),
  mediaType: z.enum(audioTypes),
  /** Who alone is heard in it, where each side was recorded apart; `null` when all are. */
  speaker: z.string().min(1).max(120).nullable(),
})
export type RecordingChunk = z.infer<typeof RecordingChunk>

/** Answer of `GET /v1/calls/{id}/recording`. */
export const VoiceRecording = z.object({
  id: RecordId,
  clientId: RecordId.nullable(),
  startedAt: z.iso.datetime(),
  /** `pending` while it is being cut. `none`: nothing was recorded. `transcribed`: Voice has a transcript of its own and wants no other. */
  state: z.enum(['pending', 'ready', 'none', 'transcribed']),
  /** In the order in which they begin. Empty unless `ready`. They stay as they are. */
  chunks: z.array(RecordingChunk).max(chunksMax),
})
export type VoiceRecording = z.infer<typeof VoiceRecording>

/** Answer of `GET /v1/calls/{id}/recording/chunks/{number}`: the audio itself. */
export const ChunkAudio = z.instanceof(Blob)
export const ChunkNumber = z.string().regex(/^[1-9]\d{0,3}$/)

/** Answer of `GET /v1/recordings/untranscribed?cursor=`: recordings of the last 7 days that are ready and have no transcript, the oldest first. */
export const UntranscribedPage = z.object({
  callIds: z.array(RecordId).max(100),
  nextCursor: z.string().min(1).max(500).optional(),
})

export const transcribedLinesMax = 10_000

/** Body of `PUT /v1/calls/{id}/transcription`. Its lines are then those of the call's transcript, numbered from 1 in their order. */
export const VoiceTranscription = aiResultDraft({
  /** As the model names it: `english`. */
  language: z.string().min(1).max(40).optional(),
  lines: z
    .array(
      z.strictObject({
        startsAt: seconds,
        endsAt: seconds,
        speaker: z.string().min(1).max(120).nullable(),
        text: z.string().min(1).max(2_000),
      }),
    )
    .max(transcribedLinesMax),
})
export type VoiceTranscription = z.infer<typeof VoiceTranscription>
