// What was said in a call as the question of a recap, and the recap as Voice keeps it.
import type * as z from 'zod'
import type { Evidence } from '../../../../shared/results/result.ts'
import { oneLine } from '../../../../shared/text/quoted-text.ts'
import { redactSecrets } from '../../../../shared/text/secret-redaction.ts'
import { shorten } from '../../../../shared/text/shortened-text.ts'
import type { CallRecap, CallRecapInput } from '../../features/voice/call-recap/contract.ts'
import { dueOn } from './due-date.ts'
import type { Transcript } from './transcript.ts'

type Segment = z.input<typeof CallRecapInput>['segments'][number]
type Recap = z.output<typeof CallRecap>

/** What the feature reads, and characters of it all. */
const segmentsMax = 2_000
const charactersMax = 200_000
const secondsMax = 86_400

/** Of a recording on which all are heard nobody knows who speaks: such a one has taken nothing on. */
const nobodyKnown = 'Unknown speaker'

export const questionOf = (transcript: Transcript, timeZone: string): Evidence => {
  const said = transcript.lines.flatMap((line) => segmentsOf(line, transcript.startedAt))
  const segments = fitting(said)
  if (segments.length === 0) return 'none'
  const { id, startedAt } = transcript
  return {
    input: { call: { id, startedAt }, segments: [...segments] } satisfies z.input<typeof CallRecapInput>,
    clientId: transcript.clientId ?? '',
    leftOut: said.length - segments.length + transcript.leftOut,
    contentOf: ({ summary, actionItems }: Recap) => ({
      summary: summary.map(({ sentence, evidence }) => ({ sentence, evidence: numbersOf(evidence) })),
      actionItems: actionItems.map(({ evidence, due, owner, ...item }) => ({
        ...item,
        owner: owner === nobodyKnown ? null : owner,
        due,
        dueOn: due === null ? null : dueOn(due, new Date(Date.parse(startedAt) + item.at * 1_000), timeZone),
        evidence: numbersOf(evidence),
      })),
    }),
  }
}

/** None for a line without words. */
const segmentsOf = ({ number, at, speaker, text }: Transcript['lines'][number], startedAt: string): Segment[] => {
  const words = shorten(redactSecrets(oneLine(text)), 4_000)
  const seconds = Math.round((Date.parse(at) - Date.parse(startedAt)) / 1_000)
  return words === ''
    ? []
    : [
        {
          id: `l-${number}`,
          at: Math.min(Math.max(seconds, 0), secondsMax),
          speaker: shorten(oneLine(speaker), 120) || nobodyKnown,
          text: words,
        },
      ]
}

const numbersOf = (evidence: readonly string[]): number[] => evidence.map((id) => Number(id.slice(2)))

/** Why a call was made is said first, what was agreed last: of one that is too long the middle is left out. */
const fitting = (segments: readonly Segment[]): readonly Segment[] => {
  let left = charactersMax
  const kept = new Set<Segment>()
  for (let index = 0; index < Math.ceil(segments.length / 2); index += 1)
    for (const segment of [segments[index], segments[segments.length - 1 - index]]) {
      if (!segment || kept.has(segment)) continue
      left -= segment.text.length
      if (left < 0 || kept.size === segmentsMax) return segments.filter((one) => kept.has(one))
      kept.add(segment)
    }
  return segments
}
