// The report by rule: what happened when, what the facts of devices and detections say for and against usual causes, and what is still to be asked.
import type * as z from 'zod'
import { oneLine } from '../../../../../shared/text/quoted-text.ts'
import { shorten } from '../../../../../shared/text/shortened-text.ts'
import type { Proposal } from './contract.ts'
import { unreadId } from './prompt.ts'
import { type Fact, type Input, timeOf } from './times.ts'
import { usualCauses } from './usual-causes.ts'

type Report = z.input<typeof Proposal>

const entriesMax = 40
const lineMax = 600

export const fallback = ({ ticket, records, unread }: Input): Report => {
  const known = [ticket, ...records]
  return {
    timeline: timelineOf(known),
    hypotheses: usualCauses(records),
    openQuestions: [
      ...unread.map(({ name, reason }) => ({
        question: line(`What does the ${name} say? It could not be read: ${reason}.`),
        evidence: [unreadId],
      })),
      ...(records.length + unread.length === 0
        ? [{ question: 'Which device or asset is it about? The ticket came without one.', evidence: [] }]
        : []),
      { question: 'What was changed shortly before it began, and by whom?', evidence: [] },
    ],
  }
}

/** The newest, where there are more than fit. */
const timelineOf = (records: readonly Input['ticket'][]): Report['timeline'] =>
  records
    .flatMap(({ name, title, facts }) =>
      facts.flatMap((fact) => {
        const at = timeOf(fact)
        return at === undefined ? [] : [{ at, name, title, fact }]
      }),
    )
    .toSorted((one, other) => Date.parse(one.at) - Date.parse(other.at))
    .slice(-entriesMax)
    .map(({ at, name, title, fact }) => ({
      at,
      text: line(`${name} ${title}: ${wordsOf(fact)}`),
      evidence: [fact.id],
    }))

const wordsOf = ({ label, text }: Fact): string => `${label}: ${text}`

const line = (text: string): string => shorten(oneLine(text), lineMax)
