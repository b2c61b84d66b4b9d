// What a recap must keep to: people who were on the call, and moments of it.
import type * as z from 'zod'
import type { AnswerFault } from '../../../../../shared/features/feature.ts'
import type { CallRecap, CallRecapInput } from './contract.ts'

export const check = (
  { segments }: z.output<typeof CallRecapInput>,
  { actionItems }: z.output<typeof CallRecap>,
): readonly AnswerFault[] => {
  const speakers = new Set(segments.map(({ speaker }) => speaker))
  const moments = new Map(segments.map(({ id, at }) => [id, at]))
  return actionItems.flatMap(({ owner, due, at, evidence }, index) => {
    const said = evidence.map((id) => segments.find((segment) => segment.id === id)?.text.toLowerCase() ?? '')
    return [
      ...(owner !== null && !speakers.has(owner)
        ? [{ path: ['actionItems', index, 'owner'], message: 'was not on the call. Name a speaker, or null' }]
        : []),
      ...(due !== null && !said.some((text) => text.includes(due.toLowerCase()))
        ? [
            {
              path: ['actionItems', index, 'due'],
              message: 'was not said so in its evidence. Repeat the words, or null',
            },
          ]
        : []),
      ...(evidence.some((id) => moments.get(id) === at)
        ? []
        : [
            {
              path: ['actionItems', index, 'at'],
              message: 'must be the second at which a segment of its evidence begins',
            },
          ]),
    ]
  })
}
