// The report by rule: what happened when, what the facts beside the ticket say for and against usual causes of what it tells, and what is still to be asked.
import type * as z from 'zod'
import { oneLine } from '../../../../../shared/text/quoted-text.ts'
import { shorten } from '../../../../../shared/text/shortened-text.ts'
import { type Onset, isoOf, onsetOf, undatedOf } from './causes/onset.ts'
import { subjectOf } from './causes/subject.ts'
import { symptomOf } from './causes/symptom.ts'
import { usualCauses } from './causes/usual-causes.ts'
import { type Proposal, onsetId, unreadId } from './contract.ts'
import { type Fact, type Input, changeTime, timeOf } from './times.ts'

type Report = z.input<typeof Proposal>
type Entry = Report['timeline'][number]
type Question = Report['openQuestions'][number]

const entriesMax = 40
const lineMax = 600

export const fallback = (input: Input): Report => {
  const { ticket, records } = input
  const onset = onsetOf(input)
  const hypotheses = [...usualCauses(input, onset)]
  const isExplained = hypotheses.some(({ state }) => state === 'supported')
  return {
    timeline: timelineOf([ticket, ...records], onset),
    hypotheses,
    openQuestions: [...(isExplained ? [] : [unexplained(ticket)]), ...aboutSources(input), ...aboutOnset(onset, input)],
  }
}

/** The nearest to the onset, or the newest, where there are more than fit. */
const timelineOf = (records: readonly Input['ticket'][], onset: Onset | undefined): Entry[] => {
  const entries = records.flatMap(({ name, title, facts }) =>
    facts.flatMap((fact): Entry[] => {
      const at = timeOf(fact)
      return at === undefined ? [] : [{ at, text: line(`${name} ${title}: ${wordsOf(fact)}`), evidence: [fact.id] }]
    }),
  )
  const nearest = (entry: Entry): number => (onset ? Math.abs(momentOf(entry) - onset.at) : -momentOf(entry))
  const kept = entries.toSorted((one, other) => nearest(one) - nearest(other)).slice(0, entriesMax - 1)
  return [...kept, ...onsetEntry(onset)].toSorted((one, other) => momentOf(one) - momentOf(other))
}

const momentOf = ({ at }: Entry): number => Date.parse(at)

/** None where the ticket says no more than when it was opened: that has an entry of its own. */
const onsetEntry = (onset: Onset | undefined): Entry[] =>
  onset?.words === undefined
    ? []
    : [
        {
          at: isoOf(onset.at),
          text: line(`Onset${onset.isExact ? '' : ', about then'}: the ticket says “${onset.words}”.`),
          evidence: [onsetId, ...onset.evidence],
        },
      ]

const unexplained = ({ title, facts }: Input['ticket']): Question => ({
  question: line(`Nothing that was read explains “${title}”. What did people see, and what had they just done?`),
  evidence: facts.slice(0, 1).map(({ id }) => id),
})

const aboutSources = ({ records, unread }: Input): readonly Question[] => [
  ...unread.map(({ name, reason }) => ({
    question: line(`What does the ${name} say? It could not be read: ${reason}.`),
    evidence: [unreadId],
  })),
  ...(records.length + unread.length === 0
    ? [{ question: 'Which device or asset is it about? The ticket came without one.', evidence: [] }]
    : []),
]

const aboutOnset = (onset: Onset | undefined, input: Input): readonly Question[] => {
  const undated = onset ? undefined : undatedOf(input.ticket)
  if (undated)
    return [
      {
        question: line(`Of which day is “${undated.words}” said? Nothing tells when the ticket was opened.`),
        evidence: [...undated.evidence],
      },
    ]
  if (onset?.words === undefined)
    return [{ question: 'Since when has it been so? The ticket does not say it.', evidence: [] }]
  const { words, isOfAnyZone } = onset
  return [
    ...(isOfAnyZone
      ? [
          {
            question: line(`In which time zone is “${words}” meant? The organization has set none.`),
            evidence: [onsetId],
          },
        ]
      : []),
    ...(isChangeRead(input, onset)
      ? []
      : [{ question: line(`What was changed shortly before “${words}”, and by whom?`), evidence: [onsetId] }]),
  ]
}

const shortlyMs = 3 * 86_400_000

/** Of what the ticket is about, as far as anybody can tell: the time line says it. */
const isChangeRead = ({ ticket, records }: Input, { earliest, latest }: Onset): boolean => {
  const symptom = symptomOf(ticket)
  return records.some(
    (record) =>
      subjectOf(symptom, record, records).kind !== 'other' &&
      record.facts.some((fact) => {
        const at = Date.parse(changeTime(fact) ?? '')
        return at <= latest && earliest - at <= shortlyMs
      }),
  )
}

const wordsOf = ({ label, text }: Fact): string => `${label}: ${text}`

const line = (text: string): string => shorten(oneLine(text), lineMax)
