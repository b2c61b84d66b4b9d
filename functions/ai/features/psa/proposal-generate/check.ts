// What a report must keep to: a verdict needs facts, causes come first, times are those of the facts, and nothing is said of what could not be read.
import type * as z from 'zod'
import type { AnswerFault } from '../../../../../shared/features/feature.ts'
import { claimsOf } from './causes/claims.ts'
import { onsetOf, onsetText } from './causes/onset.ts'
import { isAfter } from './causes/verdict.ts'
import { type Proposal, onsetId } from './contract.ts'
import { type Fact, type Input, timesIn } from './times.ts'

type Report = z.output<typeof Proposal>

export const check = (input: Input, { timeline, hypotheses }: Report): readonly AnswerFault[] => {
  const facts = factsOf(input)
  return [
    ...timeline.flatMap((entry, index) => faultsOfEntry(facts, entry, timeline[index - 1], ['timeline', index])),
    ...hypotheses.flatMap((hypothesis, index) => faultsOfVerdict(facts, hypothesis, ['hypotheses', index])),
  ]
}

type Facts = {
  readonly cited: (ids: readonly string[]) => readonly Fact[]
  readonly isOfTicket: (id: string) => boolean
  /** A change that came after the onset. */
  readonly isLate: (id: string) => boolean
}

const factsOf = (input: Input): Facts => {
  const { ticket, records } = input
  const onset = onsetOf(input)
  const own = [...ticket.facts, ...(onset ? [{ id: onsetId, label: 'Onset', text: onsetText(onset) }] : [])]
  const byId = new Map([...own, ...records.flatMap(({ facts }) => facts)].map((fact) => [fact.id, fact]))
  const ofTicket = new Set(own.map(({ id }) => id))
  const late = records.flatMap(claimsOf).filter((claim) => onset && isAfter(claim, onset))
  const lateIds = new Set(late.map(({ fact }) => fact.id))
  return {
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
  { cited, isOfTicket, isLate }: Facts,
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
        : undefined
  return message === undefined ? [] : [{ path: [...path, 'evidence'], message }]
}
