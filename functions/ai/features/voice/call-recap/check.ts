// What a recap must keep to: people who were on the call, and moments of it.
import type * as z from 'zod'
import type { AnswerFault } from '../../../../../shared/features/feature.ts'
import { hasMatter } from './courtesy.ts'
import { isSaid } from './said-deadline.ts'
import type { CallRecap, CallRecapInput } from './contract.ts'

export const check = (
  input: z.output<typeof CallRecapInput>,
  recap: z.output<typeof CallRecap>,
): readonly AnswerFault[] => [...faultsOfSummary(input, recap), ...faultsOfItems(input, recap)]

/** Of greetings alone there is nothing to tell. */
const faultsOfSummary = (
  { segments }: z.output<typeof CallRecapInput>,
  { summary }: z.output<typeof CallRecap>,
): readonly AnswerFault[] =>
  summary.length === 0 && hasMatter(segments.map(({ text }) => text))
    ? [{ path: ['summary'], message: 'is empty. Say what the call was about' }]
    : []

const faultsOfItems = (
  { segments }: z.output<typeof CallRecapInput>,
  { actionItems }: z.output<typeof CallRecap>,
): readonly AnswerFault[] => {
  const speakers = new Set(segments.map(({ speaker }) => speaker))
  const byId = new Map(segments.map((segment) => [segment.id, segment]))
  const moments = new Map(segments.map(({ id, at }) => [id, at]))
  return actionItems.flatMap(({ owner, due, at, evidence }, index) => {
    const cited = evidence.flatMap((id) => byId.get(id) ?? [])
    return [
      ...(owner !== null && !speakers.has(owner)
        ? [{ path: ['actionItems', index, 'owner'], message: 'was not on the call. Name a speaker, or null' }]
        : []),
      // Of two people it is one or the other. Of more, whoever has taken it on speaks there, or is spoken to by name.
      ...(owner !== null &&
      speakers.has(owner) &&
      speakers.size > 2 &&
      !cited.some((segment) => concerns(segment, owner))
        ? [
            {
              path: ['actionItems', index, 'owner'],
              message: 'neither speaks nor is named in its evidence. Name the segment where they are, or null',
            },
          ]
        : []),
      ...(due !== null && !cited.some(({ text }) => isSaid(due, text))
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

type Segment = z.output<typeof CallRecapInput>['segments'][number]

const concerns = ({ speaker, text }: Segment, person: string): boolean => {
  const names = person.toLowerCase().match(/[\p{L}\p{N}]{2,}/gu) ?? []
  const words = new Set(text.toLowerCase().match(/[\p{L}\p{N}]{2,}/gu) ?? [])
  return speaker === person || names.some((name) => words.has(name))
}
