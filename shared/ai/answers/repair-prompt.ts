// Asks a model to mend its answer: with what is wrong, and with the answer as data, since it may hold what somebody wrote to mislead.
import { type PromptPart, data, instruction } from '../safety/prompt-parts.ts'
import type { AnswerProblem } from './answer-problem.ts'

const answerCharactersMax = 20_000

export const repairParts = (answer: string, problems: readonly AnswerProblem[]): readonly PromptPart[] => [
  instruction`Your answer does not fit what was asked for. The material "problems" lists what is wrong, field by field. The material "answer" is what you
wrote. Write the whole answer once more as one JSON object and nothing else. Change only what is wrong, and invent nothing.`,
  data('problems', problems.map(lineOf).join('\n')),
  data('answer', answer, answerCharactersMax),
]

const lineOf = ({ path, message, allowed }: AnswerProblem): string =>
  `${path === '' ? 'the answer' : path}: ${message}${allowed ? ` (allowed: ${allowed.map((value) => JSON.stringify(value)).join(', ')})` : ''}`
