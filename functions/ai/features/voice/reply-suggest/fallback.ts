// Replies word for word: the sentences of the articles that say most about what was said last. For when no model can be asked.
import type * as z from 'zod'
import { chooseSentences } from '../../../../../shared/ai/offline/sentence-choice.ts'
import { commonTerms, termSetOf } from '../../../../../shared/ai/offline/terms.ts'
import { type ReplySuggestInput, type ReplySuggestion, repliesMax } from './contract.ts'

/** What was said before is no longer what is talked about. */
const linesRead = 6
const sentenceMax = 400

export const fallback = ({ lines, articles }: z.output<typeof ReplySuggestInput>): z.input<typeof ReplySuggestion> => {
  const last = lines.slice(-linesRead)
  const question = last.map(({ text }) => text).join('\n')
  const chosen = chooseSentences(question, articles, { max: repliesMax, bytesMax: 4_000 })
  return {
    replies: chosen.flatMap(({ materialId, sentence }) => {
      const line = nearest(last, sentence)
      return line === undefined || sentence.length > sentenceMax
        ? []
        : [{ text: sentence, evidence: [line.id, materialId] }]
    }),
  }
}

type Line = z.output<typeof ReplySuggestInput>['lines'][number]

/** The line that the sentence has most in common with; of several the last. Undefined where it has nothing in common with any. */
const nearest = (lines: readonly Line[], sentence: string): Line | undefined => {
  const terms = termSetOf(sentence)
  let [best, most]: [Line | undefined, number] = [undefined, 0]
  for (const line of lines) {
    const common = commonTerms(termSetOf(line.text), terms)
    if (common > 0 && common >= most) [best, most] = [line, common]
  }
  return best
}
