// What is heard in the chunks of a recording: each is given to a model once, and what it heard is kept sealed until Voice has it all.
import { Heard } from '../../../shared/ai/providers/transcription-wire.ts'
import type { ModelResult } from '../../../shared/ai/providers/provider.ts'
import { AppError, isAppError } from '../../../shared/errors.ts'
import { limitedCall } from '../../../shared/features/limited-call.ts'
import type { Services } from '../../../shared/services.ts'
import { redactSecrets } from '../../../shared/text/secret-redaction.ts'
import { log } from '../../../shared/telemetry/log.ts'
import { type HeardChunk, saidBefore } from './joining.ts'
import { type StoredChunk, type StoredTranscription, chunkHashOf, transcriptionTable } from './transcription-table.ts'

/** With tries and the wait for its turn; less than the ten minutes that a step may take. */
const chunkMsMax = 6 * 60_000

/** Nobody speaks faster. */
const answerTokensPerSecond = 5

/** What no other try would change: then this chunk is left out, and the others are not. */
const unheardFor: ReadonlySet<string> = new Set(['prompt-filtered', 'prompt-too-long', 'model-declined'])

type KeptChunk = { readonly heard: Heard; readonly isUnheard: boolean }

/** Nothing happens for a chunk that was heard before. */
export const hearChunk = async (services: Services, stored: StoredTranscription, chunk: StoredChunk): Promise<void> => {
  const { tenantId, transcriptionId } = stored
  const rows = services.store().open(transcriptionTable).heard
  const key = { tenantId, transcriptionId, number: chunk.number }
  const chunkHash = chunkHashOf(chunk)
  const known = await rows.get(key)
  if (known?.value.chunkHash === chunkHash) return
  const audio = await readAudio(services, stored, chunk)
  const before = saidBefore(
    chunk,
    (await keptChunks(services, stored)).map(({ heard }) => heard),
  )
  const { kept, model } = await listen(services, stored, { chunk, audio, before })
  const sealing = await services.sealing()
  const sealed = await sealing.seal(tenantId, recordOf(transcriptionId, chunk), JSON.stringify(kept))
  await rows.upsert({ ...key, chunkHash, model, sealed })
}

const recordOf = (transcriptionId: string, { number }: Pick<StoredChunk, 'number'>): string =>
  `transcription/${transcriptionId}/${number}`

/** At most what a provider takes at once is in memory. */
const readAudio = async (services: Services, stored: StoredTranscription, chunk: StoredChunk): Promise<File> => {
  const { tenantId, callId } = stored
  const audio = await (await services.voice()).readRecordingChunk(tenantId, callId, chunk.number)
  if (!audio) throw new AppError('not-found', 'Voice no longer has the recording.')
  if (audio.size !== chunk.bytes)
    throw new AppError(
      'peer-invalid-response',
      'Voice sent another chunk of the recording than the one that it described.',
    )
  return new File([audio], `chunk-${chunk.number}.${endings[chunk.mediaType] ?? 'wav'}`, { type: chunk.mediaType })
}

/** Providers go by the name of the file. */
const endings: Readonly<Record<string, string>> = {
  'audio/wav': 'wav',
  'audio/mpeg': 'mp3',
  'audio/ogg': 'ogg',
  'audio/mp4': 'm4a',
  'audio/webm': 'webm',
  'audio/flac': 'flac',
}

type Listening = { readonly chunk: StoredChunk; readonly audio: File; readonly before: string }

const listen = async (
  services: Services,
  { tenantId }: StoredTranscription,
  { chunk, audio, before }: Listening,
): Promise<{ readonly kept: KeptChunk; readonly model: string }> => {
  const tier = await (await services.aiTiers()).tierOf(tenantId)
  let result: ModelResult | undefined
  try {
    for await (const part of limitedCall(services, {
      // A step of an orchestration has no caller who leaves.
      asker: { tenantId, signal: new AbortController().signal },
      tier,
      feature: 'transcription',
      modelClass: 'audio',
      until: services.now().getTime() + chunkMsMax,
      messages: [{ role: 'user', content: redactSecrets(before) }],
      ceiling: Math.ceil(chunk.seconds) * answerTokensPerSecond,
      audio: { file: audio, seconds: chunk.seconds },
    }))
      if (part.kind === 'end') result = part.result
  } catch (error) {
    if (!isAppError(error) || !unheardFor.has(error.code)) throw error
    log.warn('ai.transcription.chunk_unheard', { tenantId, number: chunk.number, error })
    return { kept: { heard: { pieces: [] }, isUnheard: true }, model: 'none' }
  }
  if (!result) throw new AppError('model-cut-off', 'The transcription of a chunk broke off.')
  return { kept: { heard: Heard.parse(JSON.parse(result.text)), isUnheard: false }, model: result.model }
}

type Kept = {
  readonly heard: HeardChunk
  readonly language: string | undefined
  readonly model: string
  readonly isUnheard: boolean
}

/** Those that were heard until now, in their order. */
const keptChunks = async (services: Services, stored: StoredTranscription): Promise<readonly Kept[]> => {
  const { tenantId, transcriptionId, chunks } = stored
  const sealing = await services.sealing()
  const kept: Kept[] = []
  const byNumber = new Map(chunks.map((chunk) => [chunk.number, chunk]))
  const rows = services.store().open(transcriptionTable).heard
  for await (const { value } of rows.each({ tenantId, transcriptionId }, { signal: AbortSignal.timeout(60_000) })) {
    const chunk = byNumber.get(value.number)
    if (!chunk || value.chunkHash !== chunkHashOf(chunk)) continue
    const opened = await sealing.open(tenantId, recordOf(transcriptionId, chunk), value.sealed)
    const { heard, isUnheard } = JSON.parse(opened) as KeptChunk
    kept.push({ heard: { chunk, pieces: heard.pieces }, language: heard.language, model: value.model, isUnheard })
  }
  return kept
}

export type WholeHearing = {
  readonly heard: readonly HeardChunk[]
  readonly model: string
  readonly language: string | undefined
  /** Chunks that no model would hear. */
  readonly unheard: number
}

/** @throws AppError `not-found` when not all chunks were heard */
export const heardChunks = async (services: Services, stored: StoredTranscription): Promise<WholeHearing> => {
  const kept = await keptChunks(services, stored)
  if (kept.length < stored.chunks.length)
    throw new AppError('not-found', 'What was heard is no longer kept. It is transcribed again in the next night.')
  const sure = kept.filter(({ isUnheard }) => !isUnheard)
  if (kept.length > 0 && sure.length === 0)
    throw new AppError('prompt-filtered', 'No model would write down any part of the recording.')
  return {
    heard: kept.map(({ heard }) => heard),
    model: sure[0]?.model ?? 'none',
    language: sure.find(({ language }) => language !== undefined)?.language,
    unheard: kept.length - sure.length,
  }
}

/** Voice has it all. Also of chunks as Voice has cut them before. */
export const forgetHeard = async (services: Services, { tenantId, transcriptionId }: StoredTranscription) => {
  const rows = services.store().open(transcriptionTable).heard
  for await (const { value } of rows.each({ tenantId, transcriptionId }, { signal: AbortSignal.timeout(60_000) }))
    await rows.delete(value)
}
