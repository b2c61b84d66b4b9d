// What a report must keep to: a verdict needs facts, times are those of the facts, and nothing is said of what could not be read.
import type * as z from 'zod'
import type { AnswerFault } from '../../../../../shared/features/feature.ts'
import type { Proposal } from './contract.ts'
import { type Fact, type Input, timesIn } from './times.ts'

export const check = (
  { ticket, records }: Input,
  { timeline, hypotheses }: z.output<typeof Proposal>,
): readonly AnswerFault[] => {
  const all = [ticket, ...records].flatMap(({ facts }) => facts)
  const byId = new Map(all.map((fact) => [fact.id, fact]))
  const own = new Set(ticket.facts.map(({ id }) => id))
  const cited = (ids: readonly string[]): readonly Fact[] => ids.flatMap((id) => byId.get(id) ?? [])
  return [
    ...timeline.flatMap(({ at, evidence }, index) => [
      ...(cited(evidence).flatMap(timesIn).includes(Date.parse(at))
        ? []
        : [
            {
              path: ['timeline', index, 'at'],
              message: 'is no time that its evidence has. Repeat one, or leave it out',
            },
          ]),
      ...(index > 0 && Date.parse(at) < Date.parse(timeline[index - 1]?.at ?? '')
        ? [{ path: ['timeline', index], message: 'comes before the one above it. Keep to the order of time' }]
        : []),
    ]),
    ...hypotheses.flatMap(({ state, evidence }, index) =>
      state === 'open' || evidence.some((id) => !own.has(id))
        ? []
        : [
            {
              path: ['hypotheses', index, 'evidence'],
              message: `must name a fact beside the ticket by which it is ${state}. Without one it is open`,
            },
          ],
    ),
  ]
}
