// Calls of Voice as context, with what has been said until now.
import type { ReadVoiceCall } from '../peers/voice/client.ts'
import { factLimits } from './fact-limits.ts'
import { fact, joined } from './facts.ts'
import { type Told, recordKind } from './kind.ts'

export const voiceKinds = {
  call: recordKind({
    name: 'Voice call',
    read: async (products, { tenantId, userId }, id) => (await products.voice()).readCall(tenantId, userId, id),
    tell: (call) => {
      const { facts: lines, isCut = false } = said(call)
      const facts = [
        ...fact('state', 'State', stateWords[call.state]),
        ...fact('direction', 'Direction', call.direction),
        ...fact('client', 'Client', call.clientName),
        ...joined(
          'participants',
          'Participants',
          (call.participants ?? []).map(({ name }) => name),
        ),
        ...fact('started', 'Started', call.startedAt),
        ...fact('ended', 'Ended', call.endedAt),
        ...lines,
      ]
      return { title: `Call ${call.id}`, url: call.url, facts, isCut }
    },
  }),
}

const stateWords: Readonly<Record<ReadVoiceCall['state'], string>> = {
  ringing: 'ringing',
  in_progress: 'in progress: the transcript still grows',
  ended: 'ended',
  unknown: 'unknown',
}

/** Characters of a transcript. What was said last is kept. */
const saidMax = 30_000

const lengthOf = ({ text }: ReadVoiceCall['transcript'][number]): number => Math.min(text.length, factLimits.text)

/** How many of the lines that Voice sent are left out. */
const leftOutOf = (transcript: ReadVoiceCall['transcript']): number => {
  let left = saidMax
  const tooMany = transcript.toReversed().findIndex((line) => {
    left -= lengthOf(line)
    return left < 0
  })
  return tooMany === -1 ? 0 : transcript.length - tooMany
}

/** Lines have their number in the call, by which a later read has them too. */
const said = ({ transcript, earlierLines = 0 }: ReadVoiceCall): Pick<Told, 'facts' | 'isCut'> => {
  const ofThese = leftOutOf(transcript)
  const leftOut = earlierLines + ofThese
  const lines = transcript
    .slice(ofThese)
    .flatMap(({ at, speaker, text }, index) =>
      joined(`said-${leftOut + index + 1}`, `Said at ${at}`, [speaker, text], ': '),
    )
  if (leftOut === 0) return { facts: lines }
  return { facts: [...fact('left-out', 'Earlier lines that are left out', leftOut), ...lines], isCut: true }
}
