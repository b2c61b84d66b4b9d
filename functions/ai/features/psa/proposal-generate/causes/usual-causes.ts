// The hypotheses by rule: what the facts beside the ticket claim, held against the ticket, the likeliest first.
import { claimsOf } from './claims.ts'
import type { Onset } from './onset.ts'
import { subjectOf } from './subject.ts'
import { symptomOf } from './symptom.ts'
import type { Input } from '../times.ts'
import { type Weighed, outdone, weigh } from './verdict.ts'

const hypothesesMax = 12

export const usualCauses = (
  input: Input,
  onset: Onset | undefined,
): readonly Pick<Weighed, 'statement' | 'state' | 'evidence'>[] =>
  weighedCauses(input, onset)
    .slice(0, hypothesesMax)
    .map(({ statement, state, evidence }) => ({ statement, state, evidence }))

/** All of them. The first evidence of each is the fact that it is made of. */
export const weighedCauses = ({ ticket, records }: Input, onset: Onset | undefined): readonly Weighed[] => {
  const symptom = symptomOf(ticket)
  const weighed = records.flatMap((record) => {
    const subject = subjectOf(symptom, record, records)
    const claims = claimsOf(record).filter(({ kind }) => kind !== 'absence' || subject.kind !== 'other')
    return claims.map((claim) => weigh(claim, { name: record.name, title: record.title, subject }, { symptom, onset }))
  })
  const isNameFound = weighed.some(({ state, isNamed }) => state === 'supported' && isNamed)
  return weighed
    .map((one) => (isNameFound && !one.isNamed && one.state === 'supported' ? outdone(one) : one))
    .toSorted(
      (one, other) =>
        order[one.state] - order[other.state] || other.weight[0] - one.weight[0] || other.weight[1] - one.weight[1],
    )
}

const order = { supported: 0, open: 1, contradicted: 2 } as const
