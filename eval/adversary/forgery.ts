// A good answer but for one thing.

/** One change to a copy of a good answer; undefined where the answer has no place for it. */
export type Forgery = {
  readonly kind: string
  readonly forge: (answer: unknown, input: unknown, turn: number) => unknown
}

export type Evidenced = { evidence: string[] }

/** @param change says false where there is nothing that it can change */
export const forgery = (kind: string, change: (answer: never, input: never, turn: number) => boolean): Forgery => ({
  kind,
  forge: (answer, input, turn) => {
    const copy: unknown = structuredClone(answer)
    return change(copy as never, input as never, turn) ? copy : undefined
  },
})

/** Does it to the member of the list whose turn it is. */
export const onOne = <One>(items: readonly One[], turn: number, change: (item: One) => void): boolean => {
  const item = items[turn % Math.max(1, items.length)]
  if (item === undefined) return false
  change(item)
  return true
}

export const inventedId = (listOf: (answer: never) => readonly Evidenced[]): Forgery =>
  forgery('id of a source', (answer, _input, turn) => onOne(listOf(answer), turn, (one) => one.evidence.push('x-9041')))
