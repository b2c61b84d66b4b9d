// Reads the transcript of a call from Voice, page by page.
import { AppError } from '../../../../shared/errors.ts'
import type { VoiceClient } from '../../../../shared/peers/voice/client.ts'
import type { ReadTranscript } from '../../../../shared/peers/voice/recaps-client.ts'
import { NotYet } from '../../../../shared/results/result.ts'

export type Transcript = Omit<ReadTranscript, 'nextFrom'> & {
  /** Lines of the middle that are not among `lines`. */
  readonly leftOut: number
}

/** More than a recap reads: of a longer call the first and the last half of so many are kept. */
const linesMax = 5_000
/** More than a day of talk, also in small pages. */
const pagesMax = 1_000

/**
 * Read to its end, however long the call was. Undefined when Voice has no such call.
 * @throws NotYet while Voice still writes it; AppError `peer-invalid-response` for one without an end; what Voice fails with
 */
export const readWholeTranscript = async (
  voice: Pick<VoiceClient, 'readTranscript'>,
  tenantId: string,
  callId: string,
): Promise<Transcript | undefined> => {
  const lines: ReadTranscript['lines'] = []
  let [from, leftOut] = [1, 0]
  for (let pages = 0; pages < pagesMax; pages += 1) {
    const page = await voice.readTranscript(tenantId, callId, from)
    if (!page) return undefined
    if (page.state !== 'ready' && page.state !== 'none')
      throw new NotYet(`Voice is still writing the transcript of the call ${callId}.`)
    lines.push(...page.lines)
    leftOut += lines.splice(linesMax / 2, Math.max(0, lines.length - linesMax)).length
    const { nextFrom, ...rest } = page
    if (nextFrom === undefined || nextFrom <= from) return { ...rest, lines, leftOut }
    from = nextFrom
  }
  throw new AppError(
    'peer-invalid-response',
    `The transcript of the call ${callId} has more than ${pagesMax} pages in Voice. Look at how Voice pages it.`,
  )
}
