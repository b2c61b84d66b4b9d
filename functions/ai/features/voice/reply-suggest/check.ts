// What a suggested reply must keep to: it answers something that was said.
import type * as z from 'zod'
import type { AnswerFault } from '../../../../../shared/features/feature.ts'
import type { ReplySuggestInput, ReplySuggestion } from './contract.ts'

export const check = (
  { lines }: z.output<typeof ReplySuggestInput>,
  { replies }: z.output<typeof ReplySuggestion>,
): readonly AnswerFault[] => {
  const said = new Set(lines.map(({ id }) => id))
  return replies.flatMap(({ evidence }, index) =>
    evidence.some((id) => said.has(id))
      ? []
      : [
          {
            path: ['replies', index, 'evidence'],
            message: 'names no line of the call. Name the one that it replies to',
          },
        ],
  )
}
