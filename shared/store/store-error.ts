// A failure of the store, in words for whoever asked: names of tables, rows and keys stay in the log.
import type { ErrorCode } from '../error-table.ts'
import { AppError } from '../errors.ts'

type StoreErrorCode = Extract<ErrorCode, 'internal' | 'conflict' | 'storage-unavailable' | 'value-too-large'>

const words: Readonly<Record<StoreErrorCode, string>> = {
  internal: 'Stored data could not be read or written. Quote the correlation id to support.',
  conflict: 'It was changed by someone else at the same time. Read it again and repeat the change.',
  'storage-unavailable': 'Storage did not complete the request. Try again in a moment.',
  'value-too-large': 'The value is too large to store. Shorten it.',
}

/** The cause of the error for a row that is not what it was written as: by hand, by somebody else, or for another place. */
export class DamagedRow extends Error {}

/** @param about which kind of row in which table, and what is wrong with it */
export const damagedRow = (about: string): AppError =>
  new AppError('internal', words.internal, { cause: new DamagedRow(about) })

export const isDamagedRow = (thrown: unknown): boolean =>
  thrown instanceof AppError && thrown.cause instanceof DamagedRow

/**
 * @param about what happened, to which table and which kind of row: becomes the `cause`, which only the log sees
 * @param options.field the field that a caller can mend
 */
export const storeError = (
  code: StoreErrorCode,
  about: string,
  { cause, field }: { readonly cause?: unknown; readonly field?: string } = {},
): AppError =>
  new AppError(code, field === undefined ? words[code] : `The value of ${field} is too large to store. Shorten it.`, {
    cause: new Error(about, cause === undefined ? undefined : { cause }),
  })
