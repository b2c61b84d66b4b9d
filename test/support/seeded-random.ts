// Randomness that comes again with its seed, for chaos tests.
import { createHash } from 'node:crypto'

export type SeededRandom = {
  /** From 0 up to and without 1. */
  readonly fraction: () => number
  /** From 0 up to and without `end`. */
  readonly below: (end: number) => number
  readonly pick: <Item>(items: readonly [Item, ...Item[]]) => Item
  readonly shuffled: <Item>(items: readonly Item[]) => readonly Item[]
}

export const seededRandom = (seed: number): SeededRandom => {
  let count = 0
  const fraction = (): number =>
    createHash('sha256')
      .update(`${seed}:${(count += 1)}`)
      .digest()
      .readUInt32BE(0) /
    2 ** 32
  const below = (end: number): number => Math.floor(fraction() * end)
  return {
    fraction,
    below,
    pick: (items) => items[below(items.length)] ?? items[0],
    shuffled: (items) =>
      items
        .map((item) => ({ item, at: fraction() }))
        .sort((a, b) => a.at - b.at)
        .map(({ item }) => item),
  }
}
