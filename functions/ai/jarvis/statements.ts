// Cuts an answer into its statements, each with the ids of facts that it names in brackets.

export type Statement = {
  /** As it stands there, with the space after it: all of them together are the answer. */
  readonly text: string
  readonly ids: readonly string[]
}

/** A line ends, or a sentence with its brackets does and something else begins. */
const end = /\n|[.!?]["')*_]*(?:\s*\\?\[[^\]\n]{0,500}\])*[ \t]+(?=[^\s\\[])/g

/** @returns those that are complete, whatever comes after them, and the rest */
export const completeStatements = (
  answer: string,
): { readonly statements: readonly Statement[]; readonly rest: string } => {
  const statements: Statement[] = []
  let start = 0
  for (const { index, 0: mark } of answer.matchAll(end)) {
    statements.push(statementOf(answer.slice(start, index + mark.length)))
    start = index + mark.length
  }
  return { statements, rest: answer.slice(start) }
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
