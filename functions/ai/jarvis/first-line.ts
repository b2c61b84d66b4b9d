// The first line of an answer: what could not be read, and what was left out. Nobody takes the answer for more than it rests on.
import type { ContextRefusal } from '../../../shared/context/context.ts'
import { inline } from '../../../shared/text/quoted-text.ts'
import type { ShownRecord } from './context-window.ts'

type LeftOut = {
  readonly refused: readonly ContextRefusal[]
  readonly shown: readonly ShownRecord[]
  /** Earlier messages that the model is not shown. */
  readonly forgotten: number
}

/** Empty when nothing is to be said. */
export const firstLineOf = ({ refused, shown, forgotten }: LeftOut): string =>
  [
    ...refused.map(
      ({ name, source, reason }) => `I could not read the ${name} ${inline(source.id)}: ${reasons[reason]}.`,
    ),
    ...shown
      .filter(({ isCut }) => isCut)
      .map(
        ({ record, facts }) =>
          `The ${record.name} ${inline(record.source.id)} is longer than I can read at once: I have its first ${facts.length} facts.`,
      ),
    ...(forgotten > 0 ? [`I no longer have ${forgotten} earlier messages of this conversation.`] : []),
  ].join(' ')

const reasons: Readonly<Record<ContextRefusal['reason'], string>> = {
  'not-found': 'there is no such record',
  'not-allowed': 'its product does not show it to you',
  unavailable: 'its product does not answer now',
}
