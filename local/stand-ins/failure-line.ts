// A failure that is to be expected, in one line: what happened and why, without the places in the code.

const causesMax = 5

/** The messages of an error and its causes, one after the other; of several causes the last. */
export const failureLine = (failure: unknown): string => {
  const messages: string[] = []
  let next: unknown = failure
  while (next !== undefined && messages.length < causesMax) {
    const error = next instanceof AggregateError ? (next.errors.at(-1) as unknown) : next
    messages.push((error instanceof Error ? error.message : String(error)).replaceAll(/\s+/g, ' ').trim())
    next = error instanceof Error ? error.cause : undefined
  }
  return messages.map((message) => message.replace(/\.$/, '')).join(': ')
}
