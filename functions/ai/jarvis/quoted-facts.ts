// What a citation shows of a long fact: the sentences that the answer rests on, not the beginning only.
import { chooseSentences } from '../../../shared/ai/offline/sentence-choice.ts'
import { sentencesOf } from '../../../shared/ai/offline/sentences.ts'
import type { ShownRecord } from './context-window.ts'
import type { Citation } from './contract.ts'
import { bracket, statementsIn } from './statements.ts'

/** Of all sentences of a fact that are shown. */
const charactersMax = 2_000
const sentencesMax = 500

/** @param citations with the beginnings of their facts */
export const withQuotedFacts = (
  citations: readonly Citation[],
  answer: string,
  shown: readonly ShownRecord[],
): Citation[] => {
  const factOf = new Map(shown.flatMap(({ facts }) => facts.map(({ id, text }) => [id, text] as const)))
  const statements = statementsIn(answer)
  return citations.map((citation) => {
    const fact = factOf.get(citation.id) ?? ''
    if (fact.length <= citation.text.length) return citation
    const sentences = sentencesOf(fact, sentencesMax)
    const own = statements.filter(({ ids }) => ids.includes(citation.id))
    const rested = new Set(own.flatMap(({ text }) => quotedIn(text, sentences)))
    const quoted = sentences.filter((sentence) => rested.has(sentence))
    // Its beginning ends with a mark of its own.
    const isShown = quoted.every((sentence) => citation.text.slice(0, -1).includes(sentence))
    return isShown ? citation : { ...citation, text: inOrder(quoted) }
  })
}

/** Word for word, or else the one that says most of it. */
const quotedIn = (statement: string, sentences: readonly string[]): readonly string[] => {
  const said = statement.replace(bracket, ' ').replaceAll(/\\([!-/:-@[-`{-~])/g, '$1')
  const written = sentences.filter((sentence) => said.includes(sentence) || statement.includes(sentence))
  if (written.length > 0) return written
  const fact = [{ id: '', text: sentences.join('\n') }]
  return chooseSentences(said, fact, { max: 1, bytesMax: 4 * charactersMax }).map(({ sentence }) => sentence)
}

const inOrder = (sentences: readonly string[]): string => {
  let room = charactersMax
  const kept = sentences.filter((sentence) => (room -= sentence.length) >= 0)
  return `… ${kept.join(' … ')}`
}
