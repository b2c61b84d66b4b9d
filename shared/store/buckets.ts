// Buckets: 16 partitions in which rows of all tenants stand, so that a job finds them without a scan of the table.
import { crc32 } from 'node:zlib'

export type Buckets = {
  readonly names: readonly string[]
  /** The one in which something of this id stands. */
  readonly of: (id: string) => string
}

const count = 16

/** @param name of what stands in them; it must not be changed, since rows are found by it */
export const buckets = (name: string): Buckets => {
  const bucket = (index: number): string => `${name}-${index.toString(16)}`
  return {
    names: Array.from({ length: count }, (_, index) => bucket(index)),
    of: (id) => bucket(crc32(id) % count),
  }
}
