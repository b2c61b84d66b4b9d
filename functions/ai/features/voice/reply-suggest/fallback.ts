// Replies word for word: the sentences of the articles that say most about what was said last. For when no model can be asked.
import type * as z from 'zod'
import {
  type Emergency,
  emergenciesIn,
  emergencyWords,
  isAboutEmergency,
} from '../../../../../shared/ai/calls/emergencies.ts'
import { isIrreversible } from '../../../../../shared/ai/calls/irreversible-steps.ts'
import { chooseSentences } from '../../../../../shared/ai/offline/sentence-choice.ts'
import { commonTerms, termSetOf } from '../../../../../shared/ai/offline/terms.ts'
import { type ReplySuggestInput, type ReplySuggestion, repliesMax } from './contract.ts'

/** What was said before is no longer what is talked about. */
const linesRead = 6
const sentenceMax = 400

/** In an emergency, the articles about it alone are quoted: what else was mentioned can wait. A step that cannot be taken back stays in its article. */
export const fallback = ({ lines, articles }: z.output<typeof ReplySuggestInput>): z.input<typeof ReplySuggestion> => {
  const emergencies = emergenciesIn(lines.map(({ text }) => text))
  const last = lines.slice(-linesRead)
  const question = [...last.map(({ text }) => text), emergencyWords(emergencies)].join('\n')
  const quoted =
    emergencies.length === 0
      ? articles
      : articles.filter(({ title, text }) => isAboutEmergency(`${title}\n${text}`, emergencies))
  const chosen = chooseSentences(question, quoted, { max: repliesMax, bytesMax: 4_000, isLeftOut: isIrreversible })
  return {
    replies: chosen.flatMap(({ materialId, sentence }) => {
      const line = nearest(last, sentence) ?? lineOf(emergencies, lines)
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

const lineOf = ([first]: readonly Emergency[], lines: readonly Line[]): Line | undefined => first && lines[first.line]
