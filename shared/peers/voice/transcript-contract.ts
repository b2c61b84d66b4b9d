// The wire of transcripts, which the suite reads on its own behalf when a call has ended, and of the recap that it writes to the call.
import * as z from 'zod'
import { aiResultDraft } from '../ai-result/contract.ts'
import { RecordId } from '../user-read/contract.ts'

const at = z.iso.datetime()

/** Lines on a page. */
export const transcriptPageMax = 500

/** Answer of `GET /v1/calls/{id}/transcript?from=`: a page of what was said, in its order, from the line with this number on. */
export const VoiceTranscript = z.object({
  id: RecordId,
  clientId: RecordId.nullable(),
  startedAt: at,
  /**
   * `pending` while Voice still writes it, or waits for the transcription of its recording. `none`: nothing was recorded, or its transcription
   * is unavailable.
   */
  state: z.enum(['pending', 'ready', 'none']),
  lines: z
    .array(z.object({ number: z.int().min(1), at, speaker: z.string(), text: z.string() }))
    .max(transcriptPageMax),
  /** Number of the first line of the next page; missing on the last one. */
  nextFrom: z.int().min(1).optional(),
})
export type VoiceTranscript = z.infer<typeof VoiceTranscript>

/** Numbers of lines. */
const evidence = z.array(z.int().min(1)).min(1).max(20)

/** Body of `PUT /v1/calls/{id}/recap`. */
export const VoiceRecap = aiResultDraft({
  summary: z.array(z.strictObject({ sentence: z.string().min(1).max(1_000), evidence })).max(10),
  actionItems: z
    .array(
      z.strictObject({
        what: z.string().min(1).max(1_000),
        /** A speaker of the call; `null` when nobody took it on. */
        owner: z.string().min(1).max(120).nullable(),
        /** As it was said, and the day that it means where that is clear. */
        due: z.string().min(1).max(80).nullable(),
        dueOn: z.iso.date().nullable(),
        /** Seconds from the beginning of the call. */
        at: z.number().min(0).max(86_400),
        evidence,
      }),
    )
    .max(30),
})
export type VoiceRecap = z.infer<typeof VoiceRecap>
