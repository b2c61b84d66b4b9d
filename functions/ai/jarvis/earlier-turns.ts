// What a model is shown of the conversation so far: the newest messages that fit.
import type { ContextRefusal } from '../../../shared/context/context.ts'
import type { Message } from './contract.ts'
import type { JarvisInput } from './prompt.ts'

export const earlierCharacters = 12_000

/**
 * @param refused records that the person does not see now: what was answered with one in view is not said again. A model need not have named
 * what its answer rests on
 */
export const earlierTurns = (
  messages: readonly Message[],
  refused: readonly ContextRefusal[],
): { readonly turns: JarvisInput['earlier']; readonly forgotten: number } => {
  const gone = new Set(refused.filter(({ reason }) => reason !== 'unavailable').map(({ source }) => keyOf(source)))
  const rested = messages.filter(
    ({ context }) => !context.some((source) => source.factsShown > 0 && gone.has(keyOf(source))),
  )
  let size = 0
  const isKept = (message: Message): boolean =>
    (size += message.text.length + message.answer.length) <= earlierCharacters
  const kept = rested.toReversed().filter(isKept).toReversed()
  return {
    turns: kept.flatMap(({ text, answer }) => [
      { role: 'user' as const, content: text },
      { role: 'assistant' as const, content: answer },
    ]),
    forgotten: messages.length - kept.length,
  }
}

const keyOf = ({ product, kind, id }: { product: string; kind: string; id: string }): string =>
  JSON.stringify([product, kind, id])
