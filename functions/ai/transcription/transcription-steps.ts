// What the steps of a transcription do. Each can be repeated from anywhere.
import * as z from 'zod'
import { AppError, isAppError } from '../../../shared/errors.ts'
import { requireConsent } from '../../../shared/features/consent.ts'
import { attemptOf } from '../../../shared/flows/attempts.ts'
import { redactSecrets } from '../../../shared/text/secret-redaction.ts'
import { oneLine } from '../../../shared/text/quoted-text.ts'
import { shorten } from '../../../shared/text/shortened-text.ts'
import { NotYet } from '../../../shared/results/result.ts'
import type { unavailableReasons } from '../../../shared/peers/ai-result/contract.ts'
import { transcribedLinesMax } from '../../../shared/peers/voice/recording-contract.ts'
import type { ReadRecording } from '../../../shared/peers/voice/recordings-client.ts'
import type { Services } from '../../../shared/services.ts'
import { log } from '../../../shared/telemetry/log.ts'
import { forgetHeard, hearChunk, heardChunks } from './hearing.ts'
import { joined } from './joining.ts'
import { type StoredTranscription, referenceOf, transcriptionTable } from './transcription-table.ts'

export const NoInput = z.strictObject({})
/** `unavailable`: Voice has the words for that. `ignored`: nothing is to be transcribed. */
export const Plan = z.strictObject({ outcome: z.enum(['ready', 'unavailable', 'ignored']), chunks: z.int().min(0) })
type Plan = z.infer<typeof Plan>
export const ChunkInput = z.strictObject({ position: z.int().min(0) })
export const Failure = z.strictObject({ code: z.string() })
export const Done = z.strictObject({})

export type Work = { readonly services: Services; readonly tenantId: string; readonly requestId: string }
type Reason = (typeof unavailableReasons)[number]

/** Reads how Voice has cut the recording, and whether this organization may have it transcribed. */
export const planTranscription = async (work: Work): Promise<Plan> => {
  const { services, tenantId } = work
  const stored = await readStored(work)
  const voice = await services.voice()
  const standing = await voice.readTranscription(tenantId, stored.callId)
  const recording = await voice.readRecording(tenantId, stored.callId)
  if (!recording) return notThere(work, stored)
  if (recording.state === 'transcribed' || standing?.state === 'available') {
    // An attempt that failed may have heard a part of it.
    await forgetHeard(services, stored)
    return nothing
  }
  if (recording.state === 'pending') throw new NotYet('Voice is still cutting the recording.')
  const reason = recording.state === 'ready' ? await refusalOf(work) : 'no_evidence'
  if (reason !== undefined) return unavailable(work, stored, reason)
  const { chunks } = recording
  await keepPlan(services, stored, recording)
  return { outcome: 'ready', chunks: chunks.length }
}

const nothing: Plan = { outcome: 'ignored', chunks: 0 }

/** An event may overtake what it tells of, by a little. */
const overtakenMs = 2 * 60_000

const notThere = ({ services, tenantId }: Work, { callId, toldAt }: StoredTranscription): Plan => {
  if (services.now().getTime() - Date.parse(toldAt) < overtakenMs)
    throw new NotYet('Voice does not have the recording yet, of which it told.')
  log.warn('ai.transcription.not_there', { tenantId, callId })
  return nothing
}

/** Why it may not be transcribed, or cannot be. */
const refusalOf = async ({ services, tenantId }: Work): Promise<Reason | undefined> => {
  try {
    await requireConsent(services, tenantId)
    const tier = await (await services.aiTiers()).tierOf(tenantId)
    const models = await services.models()
    const serving = models.serving('audio', tier === 'ai-enterprise' ? 'enterprise' : undefined)
    return serving.length === 0 ? 'no_model' : undefined
  } catch (error) {
    const reason = isAppError(error) ? reasons[error.code] : undefined
    if (reason === undefined) throw error
    return reason
  }
}

const reasons: Readonly<Partial<Record<string, Reason>>> = { 'ai-opted-out': 'opted_out', 'ai-tier-missing': 'no_tier' }

const unavailable = async (work: Work, stored: StoredTranscription, reason: Reason): Promise<Plan> => {
  await putUnavailable(work, stored, reason)
  log.info('ai.transcription.unavailable', { tenantId: work.tenantId, callId: stored.callId, reason })
  return { outcome: 'unavailable', chunks: 0 }
}

/** Not over a transcription that stands: Voice sees to that. */
const putUnavailable = async (
  { services, tenantId }: Work,
  stored: StoredTranscription,
  reason: Reason,
): Promise<void> => {
  const reference = referenceOf(stored.transcriptionId)
  const words = { state: 'unavailable', reference, text: 'Transcription unavailable', reason } as const
  await (await services.voice()).putTranscription(tenantId, stored.callId, words)
}

const keepPlan = async (services: Services, stored: StoredTranscription, recording: ReadRecording): Promise<void> => {
  const chunks = recording.chunks.map(({ number, startsAt, seconds, bytes, mediaType, speaker }) => ({
    number,
    startsAt,
    seconds,
    bytes,
    mediaType,
    speaker,
  }))
  const clientId = recording.clientId ?? ''
  await services
    .store()
    .open(transcriptionTable)
    .transcription.modify(stored, (current) => ({
      ...(current ?? stored),
      clientId,
      chunks,
    }))
}

/** One chunk: read from Voice, given to a model, and kept sealed. */
export const transcribeChunk = async (work: Work, position: number): Promise<z.infer<typeof Done>> => {
  const stored = await readStored(work)
  const chunk = stored.chunks[position]
  if (!chunk) throw new AppError('not-found', 'Voice has cut the recording otherwise in the meantime.')
  await requireConsent(work.services, work.tenantId)
  await hearChunk(work.services, stored, chunk)
  return {}
}

/** Voice keeps one transcription for a call: a step that is repeated finds what an earlier one wrote. */
export const writeTranscription = async (work: Work): Promise<z.infer<typeof Done>> => {
  const { services, tenantId } = work
  const stored = await readStored(work)
  const reference = referenceOf(stored.transcriptionId)
  const voice = await services.voice()
  const standing = await voice.readTranscription(tenantId, stored.callId)
  if (standing?.state !== 'available') {
    const { heard, model, language, unheard } = await heardChunks(services, stored)
    const { lines, leftOut } = joined(heard)
    const shown = lines.flatMap((line) => {
      const text = shorten(redactSecrets(oneLine(line.text)), 2_000)
      return text === '' ? [] : [{ ...line, text }]
    })
    const put = await voice.putTranscription(tenantId, stored.callId, {
      state: 'available',
      reference,
      ...(language !== undefined && { language: shorten(oneLine(language), 40) }),
      lines: shown.slice(0, transcribedLinesMax),
      model,
      promptVersion: '1',
      leftOut: leftOut + unheard + Math.max(0, shown.length - transcribedLinesMax),
      madeAt: services.now().toISOString(),
    })
    if (!put) throw new AppError('peer-rejected', 'Voice no longer has the call.')
  }
  await forgetHeard(services, stored)
  return {}
}

/** It failed for good. What was heard is kept for the next attempt. */
export const giveUpTranscription = async (work: Work, code: string): Promise<z.infer<typeof Done>> => {
  await putUnavailable(work, await readStored(work), reasons[code] ?? 'failed')
  return {}
}

const readStored = async ({ services, tenantId, requestId }: Work): Promise<StoredTranscription> => {
  const transcriptionId = attemptOf(requestId).id
  const row = await services.store().open(transcriptionTable).transcription.get({ tenantId, transcriptionId })
  if (!row) throw new AppError('not-found', 'The transcription no longer exists.')
  return row.value
}

/** Whoever of this and the message that the call has ended comes second finds the recap made. */
export const recapCall = async (work: Work): Promise<z.infer<typeof Done>> => {
  const { services, tenantId } = work
  const { callId: subjectId, toldAt } = await readStored(work)
  const [{ makeResult }, { recapResult }] = await Promise.all([
    import('../../../shared/results/making.ts'),
    import('../results/call-recap/result.ts'),
  ])
  const { signal } = new AbortController()
  await makeResult(recapResult, services, { tenantId, subjectId, toldAt: new Date(toldAt), signal })
  return {}
}
