// Where a page ended, as text that a caller hands back for the next one.
import * as z from 'zod'
import { AppError } from '../errors.ts'

const Cursor = z.strictObject({ table: z.string(), kind: z.string(), after: z.string() })

export type CursorOf = { readonly table: string; readonly kind: string }

/** Only ever holds a row key, never the partition: a cursor cannot lead into another tenant. */
export const toCursor = ({ table, kind }: CursorOf, after: string): string =>
  Buffer.from(JSON.stringify({ table, kind, after })).toString('base64url')

const decode = (cursor: string): unknown => {
  try {
    return JSON.parse(Buffer.from(cursor, 'base64url').toString())
  } catch {
    return undefined
  }
}

/**
 * The row key after which the next page begins.
 * @throws AppError `validation-failed` for a cursor that is broken or belongs to another list
 */
export const fromCursor = ({ table, kind }: CursorOf, cursor: string): string => {
  const { data } = Cursor.safeParse(decode(cursor))
  // A row key holds no quote: the cursor goes into a filter and comes from outside.
  const isOurs = data?.table === table && data.kind === kind && /^[\w.:@=!-]*$/.test(data.after)
  if (isOurs) return data.after
  throw new AppError('validation-failed', 'The cursor does not belong to this list.', {
    details: {
      errors: [
        { path: 'query.cursor', message: 'Pass the nextCursor of the previous page, or omit it to start over.' },
      ],
    },
  })
}
