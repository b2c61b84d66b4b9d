// Ids of others, made to fit. They are opaque, so whatever is always the same for the same id will do.
import { createHash } from 'node:crypto'

/** The id itself, or a digest of one that is longer than `lengthMax`, or that UTF-8 cannot hold (half of a surrogate pair). */
export const shortId = (id: string, lengthMax = 200): string =>
  id.length <= lengthMax && id.isWellFormed()
    ? id
    : `sha256-${createHash('sha256').update(Buffer.from(id, 'utf16le')).digest('hex')}`
