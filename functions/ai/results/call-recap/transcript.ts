// Reads the transcript of a call from Voice, page by page.
import type { VoiceClient } from '../../../../shared/peers/voice/client.ts'
import type { ReadTranscript } from '../../../../shared/peers/voice/recaps-client.ts'
import { NotYet } from '../../../../shared/results/result.ts'

/** All that was said, as far as it is read: the lines of the pages together. */
export type Transcript = Omit<ReadTranscript, 'nextFrom'> & { readonly isCut: boolean }

const linesMax = 5_000

/**
 * Undefined when Voice has no such call.
 * @throws NotYet while Voice still writes it; what Voice fails with
 */
export const readWholeTranscript = async (
  voice: Pick<VoiceClient, 'readTranscript'>,
  tenantId: string,
  callId: string,
): Promise<Transcript | undefined> => {
  const lines: ReadTranscript['lines'] = []
  for (let from = 1; ;) {
    const page = await voice.readTranscript(tenantId, callId, from)
    if (!page) return undefined
    if (page.state !== 'ready' && page.state !== 'none')
      throw new NotYet(`Voice is still writing the transcript of the call ${callId}.`)
    lines.push(...page.lines)
    const { nextFrom, ...rest } = page
    const goesOn = nextFrom !== undefined && nextFrom > from
    if (!goesOn || lines.length >= linesMax) return { ...rest, lines, isCut: goesOn }
    from = nextFrom
  }
}
