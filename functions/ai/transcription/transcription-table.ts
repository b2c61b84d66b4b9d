// What is kept of the transcription of a recording: whose it is and how it is cut, and what was heard in each chunk until Voice has it all.
import * as z from 'zod'
import { sha256 } from '../../../shared/auth/digest.ts'
import { plainDigest } from '../../../shared/auth/plain-digest.ts'
import { rowKind, table } from '../../../shared/store/table.ts'

const StoredChunk = z.strictObject({
  number: z.int().min(1),
  startsAt: z.number(),
  seconds: z.number(),
  bytes: z.int(),
  mediaType: z.string(),
  speaker: z.string().nullable(),
})
export type StoredChunk = z.infer<typeof StoredChunk>

const StoredTranscription = z.strictObject({
  tenantId: z.string(),
  transcriptionId: z.string(),
  callId: z.string(),
  /** Empty for none, and until the recording was read. */
  clientId: z.string(),
  /** When the product said that there is something to transcribe. */
  toldAt: z.iso.datetime(),
  /** How often it was begun: another one follows only on one that came to nothing. */
  attempt: z.int().min(1),
  /** Empty until the recording was read. */
  chunks: z.array(StoredChunk),
})
export type StoredTranscription = z.infer<typeof StoredTranscription>

const key = { tenantId: z.string(), transcriptionId: z.string() }

export const transcriptionTable = table('aiTranscriptions', {
  transcription: rowKind({
    schema: StoredTranscription,
    partition: ['tenantId'],
    key: ['transcriptionId'],
    keepFor: { days: 90 },
    dataOf: { tenant: ['tenantId'], client: ['clientId'], leadsTo: { reference: ['transcriptionId'] } },
  }),
  /** What a model was paid for once is not asked for again. Deleted once Voice has it; of one that failed it ends by itself. */
  heard: rowKind({
    schema: z.strictObject({
      ...key,
      number: z.int(),
      /** Of the chunk as Voice described it: of one that is cut otherwise something else is heard. */
      chunkHash: z.string(),
      model: z.string(),
      sealed: z.string(),
    }),
    partition: ['tenantId', 'transcriptionId'],
    key: ({ number }) => [String(number).padStart(4, '0')],
    keepFor: { days: 8 },
    dataOf: { tenant: ['tenantId'], through: { reference: ['transcriptionId'] }, secret: ['sealed'] },
  }),
})

/** One for a call. 43 characters that tell nothing. */
export const transcriptionIdOf = (tenantId: string, callId: string): string =>
  plainDigest(JSON.stringify(['transcription', tenantId, callId]))

/** As Voice keeps it. */
export const referenceOf = (transcriptionId: string): string => `ai-transcription-${transcriptionId}`

export const chunkHashOf = (chunk: StoredChunk): string =>
  sha256(JSON.stringify([chunk.startsAt, chunk.seconds, chunk.bytes, chunk.mediaType, chunk.speaker]))
