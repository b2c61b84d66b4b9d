// The statements of an answer, each with the ids of facts that it names in brackets.
import { completeStatements as complete } from '../../../shared/ai/answers/statements.ts'

export type Statement = {
  /** As it stands there, with the space after it: all of them together are the answer. */
  readonly text: string
  readonly ids: readonly string[]
}

/** @returns those that are complete, whatever comes after them, and the rest */
export const completeStatements = (
  answer: string,
): { readonly statements: readonly Statement[]; readonly rest: string } => {
  const { statements, rest } = complete(answer)
  return { statements: statements.map(statementOf), rest }
}

export const statementsIn = (answer: string): readonly Statement[] => {
  const { statements, rest } = completeStatements(answer)
  return rest === '' ? statements : [...statements, statementOf(rest)]
}

/** `[r1.status]`, `[r1.status, r2.note-1]`; the gate writes brackets with a backslash. */
export const bracket = /\\?\[(r\d{1,2}[\w.,; -]{0,500}?)\\?\]/g

export const idsIn = (bracketed: string): readonly string[] => bracketed.split(/[\s,;]+/).filter((id) => id !== '')

const statementOf = (text: string): Statement => ({
  text,
  ids: [...text.matchAll(bracket)].flatMap(([, ids = '']) => idsIn(ids)),
})
