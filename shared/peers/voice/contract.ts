// The wire between this suite and The One Voice, version 1: calls with their transcript are read on behalf of a user, also while they last.
// What the suite reads on its own behalf, and writes, is in `transcript-contract.ts`.
import * as z from 'zod'
import { RecordId, RecordUrl, userHeader } from '../user-read/contract.ts'

/** Request headers of every call. */
export const voiceHeaders = { key: 'X-Integration-Key', tenant: 'X-Tenant-Id', user: userHeader } as const

const UtcTime = z.iso.datetime()

/** Lines of the transcript that one read may ask for. */
export const transcriptLinesMax = 200

/** Answer of `GET /v1/calls/{id}?lines=`, where `lines` is how many of the newest lines of the transcript are wanted. */
export const VoiceCall = z.object({
  id: RecordId,
  state: z.enum(['ringing', 'in_progress', 'ended']),
  direction: z.enum(['inbound', 'outbound']).optional(),
  clientName: z.string().nullable(),
  participants: z.array(z.object({ name: z.string(), number: z.string().optional() })).max(50),
  startedAt: UtcTime,
  /** `null` while it lasts. */
  endedAt: UtcTime.nullable(),
  /** In the order in which they were said; the last of them was said last. While the call lasts there are more with each read. */
  transcript: z.array(z.object({ at: UtcTime, speaker: z.string(), text: z.string() })).max(transcriptLinesMax),
  /** Earlier lines that were not asked for. */
  earlierLines: z.int().min(0),
  url: RecordUrl,
})
export type VoiceCall = z.infer<typeof VoiceCall>
