// A running call as Voice shows it to the technician, read again and again: Voice decides each time whether they may follow it.
import { setTimeout as sleep } from 'node:timers/promises'
import { AppError, isAppError, toAppError } from '../../../shared/errors.ts'
import type { ReadVoiceCall } from '../../../shared/peers/voice/client.ts'
import type { Services } from '../../../shared/services.ts'
import { runQuietly } from '../../../shared/telemetry/log.ts'
import { oneLine } from '../../../shared/text/quoted-text.ts'
import { redactSecrets } from '../../../shared/text/secret-redaction.ts'
import { shorten } from '../../../shared/text/shortened-text.ts'

export type SaidLine = {
  /** In the call; the first is 1. */
  readonly number: number
  readonly speaker: string
  readonly text: string
}

export type Look =
  | {
      readonly kind: 'call'
      readonly state: ReadVoiceCall['state']
      readonly upToLine: number
      readonly lines: readonly SaidLine[]
    }
  | { readonly kind: 'unavailable'; readonly error: AppError }
  | { readonly kind: 'not-allowed' }

export type Followed = { readonly tenantId: string; readonly userId: string; readonly callId: string }

/** Between two looks: with reading and searching suggestions come within three seconds. */
const everyMs = 1_000
const everyMsMax = 5_000

/** What was said before them is not talked about any more. */
const linesMax = 40

/**
 * Looks until the call has ended, or until nobody wants to know.
 * @throws AppError of the first look: `not-found`, `forbidden`, those of the peer
 */
export async function* followCall(services: Services, followed: Followed, signal: AbortSignal): AsyncGenerator<Look> {
  let waitMs = everyMs
  let isFirst = true
  while (!signal.aborted) {
    const look = await runQuietly(() => lookAt(services, followed))
    if (isFirst) refuse(look)
    isFirst = false
    yield look
    if (look.kind === 'not-allowed' || (look.kind === 'call' && look.state === 'ended')) return
    waitMs = look.kind === 'unavailable' ? Math.min(waitMs * 2, everyMsMax) : everyMs
    await sleep(waitMs, undefined, { signal }).catch(() => {})
  }
}

const refuse = (look: Look): void => {
  if (look.kind === 'unavailable') throw look.error
  if (look.kind === 'not-allowed') throw new AppError('not-found', 'Voice shows you no such call.')
}

const lookAt = async (services: Services, { tenantId, userId, callId }: Followed): Promise<Look> => {
  try {
    const found = await (await services.forReading.voice()).readCall(tenantId, userId, callId)
    if (found.outcome !== 'read') return { kind: 'not-allowed' }
    const { state, transcript, earlierLines = 0 } = found.record
    const lines = transcript.slice(-linesMax).flatMap(({ speaker, text }, index) => {
      const words = shorten(redactSecrets(oneLine(text)), 2_000)
      const number = earlierLines + Math.max(0, transcript.length - linesMax) + index + 1
      return words === '' ? [] : [{ number, speaker: shorten(oneLine(speaker), 120) || 'Unknown speaker', text: words }]
    })
    return { kind: 'call', state, upToLine: earlierLines + transcript.length, lines }
  } catch (error) {
    if (isAppError(error)) return { kind: 'unavailable', error: toAppError(error) }
    throw error
  }
}
