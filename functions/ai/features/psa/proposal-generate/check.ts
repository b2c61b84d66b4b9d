// What a report must keep to: it leaves nothing out that is there, a verdict needs facts, causes come first, and times are those of the facts.
import type * as z from 'zod'
import type { AnswerFault } from '../../../../../shared/features/feature.ts'
import { claimsOf } from './causes/claims.ts'
import { type Onset, onsetOf, onsetText } from './causes/onset.ts'
import { type Weighed, isAfter } from './causes/verdict.ts'
import { weighedCauses } from './causes/usual-causes.ts'
import { type Proposal, onsetId, unreadId } from './contract.ts'
import { type Fact, type Input, timeOf, timesIn } from './times.ts'

type Report = z.output<typeof Proposal>

export const check = (input: Input, report: Report): readonly AnswerFault[] => {
  const { timeline, hypotheses } = report
  const onset = onsetOf(input)
  const causes = weighedCauses(input, onset)
  const facts = factsOf(input, onset, causes)
  return [
    ...gapsOf(input, report, { onset, causes }),
    ...timeline.flatMap((entry, index) => faultsOfEntry(facts, entry, timeline[index - 1], ['timeline', index])),
    ...hypotheses.flatMap((hypothesis, index) => faultsOfVerdict(facts, hypothesis, ['hypotheses', index])),
  ]
}

type Known = { readonly onset: Onset | undefined; readonly causes: readonly Weighed[] }

/** What an answer has left out. Nobody would know from it that there is more to say. */
const gapsOf = (
  { ticket, records, unread }: Input,
  { timeline, hypotheses, openQuestions }: Report,
  { onset, causes }: Known,
): readonly AnswerFault[] => {
  const dated = [ticket, ...records].flatMap(({ facts }) => facts).filter((fact) => timeOf(fact) !== undefined)
  const isOnsetTold = timeline.some(({ evidence }) => evidence.includes(onsetId))
  const isUnreadAsked = openQuestions.some(({ evidence }) => evidence.includes(unreadId))
  return [
    ...(hypotheses.length === 0 && causes.length > 0
      ? [
          {
            path: ['hypotheses'],
            message: `is empty. Say what these facts speak for or against: ${listed(causes.flatMap(({ evidence }) => evidence.slice(0, 1)))}`,
          },
        ]
      : []),
    ...(timeline.length === 0 && dated.length > 0
      ? [{ path: ['timeline'], message: `is empty. These facts have times: ${listed(dated.map(({ id }) => id))}` }]
      : []),
    ...(timeline.length > 0 && !isOnsetTold && onset?.words !== undefined
      ? [
          {
            path: ['timeline'],
            message: `lacks the onset, which the ticket says. Add it, with ${onsetId} as its evidence`,
          },
        ]
      : []),
    ...(unread.length > 0 && !isUnreadAsked
      ? [
          {
            path: ['openQuestions'],
            message: `asks nothing of what could not be read. Ask for it, with ${unreadId} as its evidence`,
          },
        ]
      : []),
  ]
}

const listed = (ids: readonly string[]): string => [...new Set(ids)].slice(0, 12).join(', ')

type Facts = {
  readonly cited: (ids: readonly string[]) => readonly Fact[]
  readonly isOfTicket: (id: string) => boolean
  /** A change that came after the onset. */
  readonly isLate: (id: string) => boolean
  /** What the ticket says is not so. */
  readonly isDenied: (id: string) => boolean
}

const factsOf = ({ ticket, records }: Input, onset: Onset | undefined, causes: readonly Weighed[]): Facts => {
  const own = [...ticket.facts, ...(onset ? [{ id: onsetId, label: 'Onset', text: onsetText(onset) }] : [])]
  const byId = new Map([...own, ...records.flatMap(({ facts }) => facts)].map((fact) => [fact.id, fact]))
  const ofTicket = new Set(own.map(({ id }) => id))
  const late = records.flatMap(claimsOf).filter((claim) => onset && isAfter(claim, onset))
  const lateIds = new Set(late.map(({ fact }) => fact.id))
  const denied = new Set(causes.filter(({ isDenied }) => isDenied).flatMap(({ evidence }) => evidence.slice(0, 1)))
  return {
    isDenied: (id) => denied.has(id),
    isLate: (id) => lateIds.has(id),
    cited: (ids) => ids.flatMap((id) => byId.get(id) ?? []),
    isOfTicket: (id) => ofTicket.has(id) || !byId.has(id),
  }
}

type Path = readonly (string | number)[]

const faultsOfEntry = (
  { cited }: Facts,
  { at, evidence }: Report['timeline'][number],
  before: Report['timeline'][number] | undefined,
  path: Path,
): readonly AnswerFault[] => [
  ...(cited(evidence).flatMap(timesIn).includes(Date.parse(at))
    ? []
    : [{ path: [...path, 'at'], message: 'is no time that its evidence has. Repeat one, or leave it out' }]),
  ...(before && Date.parse(at) < Date.parse(before.at)
    ? [{ path, message: 'comes before the one above it. Keep to the order of time' }]
    : []),
]

const faultsOfVerdict = (
  { cited, isOfTicket, isLate, isDenied }: Facts,
  { state, evidence }: Report['hypotheses'][number],
  path: Path,
): readonly AnswerFault[] => {
  if (state === 'open') return []
  const beside = cited(evidence.filter((id) => !isOfTicket(id)))
  const message =
    beside.length === 0
      ? `must name a fact beside the ticket by which it is ${state}. Without one it is open`
      : state === 'supported' && beside.every(({ id }) => isLate(id))
        ? 'names nothing but changes after the onset. A cause comes before: it is contradicted, or open'
        : state === 'supported' && beside.every(({ id }) => isDenied(id))
          ? 'names nothing but facts that the ticket denies. Say both, and that it is open'
          : undefined
  return message === undefined ? [] : [{ path: [...path, 'evidence'], message }]
}
