// Numbers that look random and are the same for the same seed.

export type Random = {
  /** A whole number from `least` to `most`, both possible. */
  readonly between: (least: number, most: number) => number
  readonly pick: <Item>(items: readonly Item[]) => Item
  /** True in `share` of the cases. */
  readonly chance: (share: number) => boolean
}

/** A linear congruential generator with the constants of Numerical Recipes; its upper bits are good enough to choose test cases. */
export const randomOf = (seed: number): Random => {
  let state = seed >>> 0
  const next = (): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return (state >>> 8) / 2 ** 24
  }
  const between = (least: number, most: number): number => least + Math.floor(next() * (most - least + 1))
  for (let turn = 0; turn < 5; turn += 1) next()
  return {
    between,
    pick: (items) => {
      const item = items[between(0, items.length - 1)]
      if (item === undefined) throw new Error('There is nothing to pick from.')
      return item
    },
    chance: (share) => next() < share,
  }
}
