// Makes an answer fit its schema, or says that it does not: read, checked, repaired once by the model, and never guessed.
import type * as z from 'zod'
import { plainWords } from '../../schema/plain-words.ts'
import type { FinishReason } from '../providers/provider.ts'
import type { PromptPart } from '../safety/prompt-parts.ts'
import type { AnswerProblem } from './answer-problem.ts'
import { jsonAnswerOf } from './json-answer.ts'
import { repairParts } from './repair-prompt.ts'
import { jsonSchemaOf, withoutFilledNulls } from './answer-schema.ts'

export type Fitted<T> =
  | { readonly kind: 'fits'; readonly value: T }
  /** The model mended it. */
  | { readonly kind: 'repaired'; readonly value: T; readonly problems: readonly AnswerProblem[] }
  /** `finish` other than `complete`: the answer is not whole, or none, and was not read. */
  | { readonly kind: 'misfit'; readonly finish: FinishReason; readonly problems: readonly AnswerProblem[] }

export type WrittenAnswer = { readonly text: string; readonly finish: FinishReason }

type Fitting<T> = {
  readonly schema: z.ZodType<T>
  readonly answer: WrittenAnswer
  /** Asks the model once more, with these parts; it is called once at most. Without it nothing is repaired. */
  readonly repair?: (parts: readonly PromptPart[]) => Promise<WrittenAnswer>
}

/** What `repair` throws is thrown. */
export const fitAnswer = async <T>({ schema, answer, repair }: Fitting<T>): Promise<Fitted<T>> => {
  if (answer.finish !== 'complete') return { kind: 'misfit', finish: answer.finish, problems: [] }
  const first = readAnswer(schema, answer.text)
  if (first.kind === 'fits') return first
  if (!repair) return { kind: 'misfit', finish: 'complete', problems: first.problems }
  const again = await repair(repairParts(answer.text, first.problems))
  if (again.finish !== 'complete') return { kind: 'misfit', finish: again.finish, problems: first.problems }
  const second = readAnswer(schema, again.text)
  return second.kind === 'fits'
    ? { kind: 'repaired', value: second.value, problems: first.problems }
    : { kind: 'misfit', finish: 'complete', problems: second.problems }
}

type Read<T> =
  | { readonly kind: 'fits'; readonly value: T }
  | { readonly kind: 'misfit'; readonly problems: readonly AnswerProblem[] }

const problemsMax = 20

const readAnswer = <T>(schema: z.ZodType<T>, text: string): Read<T> => {
  const json = jsonAnswerOf(text)
  if (json.kind === 'none') return { kind: 'misfit', problems: [{ path: '', message: json.problem }] }
  const checked = schema.safeParse(withoutFilledNulls(json.value, jsonSchemaOf(schema)), { error: plainWords })
  if (checked.success) return { kind: 'fits', value: checked.data }
  return { kind: 'misfit', problems: checked.error.issues.slice(0, problemsMax).map(problemOf) }
}

const problemOf = (issue: z.core.$ZodIssue): AnswerProblem => ({
  path: issue.path
    .map((part) => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`))
    .join('')
    .replace(/^\./, '')
    .slice(0, 200),
  message: issue.message.slice(0, 300),
  ...(issue.code === 'invalid_value' && { allowed: issue.values.slice(0, 100).map(String) }),
})
