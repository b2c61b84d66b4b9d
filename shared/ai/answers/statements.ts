// Cuts an answer in text into its statements, also while it is still being written.

/** A line ends, or a sentence with its brackets does and something else begins. */
const end = /\n|[.!?]["')*_]*(?:\s*\\?\[[^\]\n]{0,500}\])*[ \t]+(?=[^\s\\[])/g

/**
 * @returns those that are complete, whatever comes after them, and the rest. All of them together are the answer: each has the space after it
 */
export const completeStatements = (
  answer: string,
): { readonly statements: readonly string[]; readonly rest: string } => {
  const statements: string[] = []
  let start = 0
  for (const { index, 0: mark } of answer.matchAll(end)) {
    statements.push(answer.slice(start, index + mark.length))
    start = index + mark.length
  }
  return { statements, rest: answer.slice(start) }
}
