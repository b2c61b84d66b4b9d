// A good answer but for one thing.

/** One change to a copy of a good answer; undefined where the answer has no place for it. */
export type Forgery = {
  readonly kind: string
  readonly forge: (answer: unknown, input: unknown, turn: number) => unknown
}
