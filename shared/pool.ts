// The one pool of workers: several at a time, and none after the first failure.
import pMap from 'p-map'

/**
 * Calls `work` for each item, at most `atOnce` at a time. Once one has failed none is begun any more; those that are at work are waited
 * for, and the first failure is thrown then.
 * @param options.signal aborted when no further one is to be begun: what is left is left, without an error
 */
export const eachAtOnce = async <Item>(
  items: Iterable<Item>,
  { atOnce, signal }: { readonly atOnce: number; readonly signal?: AbortSignal },
  work: (item: Item) => Promise<void>,
): Promise<void> => {
  let failure: { readonly error: unknown } | undefined
  await pMap(
    items,
    async (item) => {
      if (failure !== undefined || signal?.aborted) return
      try {
        await work(item)
      } catch (error) {
        failure ??= { error }
      }
    },
    { concurrency: atOnce },
  )
  if (failure !== undefined) throw failure.error
}
