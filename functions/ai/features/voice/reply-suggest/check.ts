// What a suggested reply must keep to: it answers something that was said, and tells nobody to do what cannot be taken back.
import type * as z from 'zod'
import { isIrreversible } from '../../../../../shared/ai/calls/irreversible-steps.ts'
import type { AnswerFault } from '../../../../../shared/features/feature.ts'
import type { ReplySuggestInput, ReplySuggestion } from './contract.ts'

export const check = (
  { lines }: z.output<typeof ReplySuggestInput>,
  { replies }: z.output<typeof ReplySuggestion>,
): readonly AnswerFault[] => {
  const said = new Set(lines.map(({ id }) => id))
  return replies.flatMap(({ text, evidence }, index) => [
    ...(evidence.some((id) => said.has(id))
      ? []
      : [
          {
            path: ['replies', index, 'evidence'],
            message: 'names no line of the call. Name the one that it replies to',
          },
        ]),
    ...(isIrreversible(text)
      ? [
          {
            path: ['replies', index, 'text'],
            message:
              'has a step that destroys something or switches a protection off. Leave it out: the article tells it',
          },
        ]
      : []),
  ])
}
