// A binary min-heap: what comes next by time or by sequence number, however much waits.

export type Heap<Item> = {
  readonly size: () => number
  readonly peek: () => Item | undefined
  readonly push: (item: Item) => void
  readonly pop: () => Item | undefined
  /** Drops every item that `keep` refuses. */
  readonly retain: (keep: (item: Item) => boolean) => void
}

export const createHeap = <Item>(keyOf: (item: Item) => number): Heap<Item> => {
  let items: { readonly key: number; readonly item: Item }[] = []

  const swap = (a: number, b: number): void => {
    const [first, second] = [items[a], items[b]]
    if (first === undefined || second === undefined) return
    items[a] = second
    items[b] = first
  }
  const keyAt = (index: number): number => items[index]?.key ?? Number.POSITIVE_INFINITY
  const rise = (from: number): void => {
    for (let index = from; index > 0;) {
      const parent = (index - 1) >> 1
      if (keyAt(parent) <= keyAt(index)) return
      swap(parent, index)
      index = parent
    }
  }
  const sink = (from: number): void => {
    for (let index = from; index < items.length;) {
      const left = 2 * index + 1
      const smaller = keyAt(left + 1) < keyAt(left) ? left + 1 : left
      if (keyAt(smaller) >= keyAt(index)) return
      swap(smaller, index)
      index = smaller
    }
  }

  return {
    size: () => items.length,
    peek: () => items[0]?.item,
    push: (item) => {
      items.push({ key: keyOf(item), item })
      rise(items.length - 1)
    },
    pop: () => {
      const first = items[0]
      const last = items.pop()
      if (first !== undefined && last !== undefined && items.length > 0) {
        items[0] = last
        sink(0)
      }
      return first?.item
    },
    retain: (keep) => {
      items = items.filter(({ item }) => keep(item))
      for (let index = items.length >> 1; index >= 0; index -= 1) sink(index)
    },
  }
}
