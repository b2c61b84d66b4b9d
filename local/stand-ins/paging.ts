// The lists of stand-ins: page by page, or by the ids that the reader names.
import { z } from 'zod'

export type PageWanted = { readonly limit: number; readonly cursor?: string | undefined }

/** Query of a list. A cursor is the key of the last item that was shown, which the reader is not to know. */
export const pageQuery = ({
  pageSize,
  pageSizeMax,
}: {
  /** Items of a page when the reader names no number. */
  readonly pageSize: number
  readonly pageSizeMax: number
}) =>
  z.strictObject({
    limit: z
      .string()
      .regex(/^\d{1,4}$/, 'is not a number')
      .transform(Number)
      .pipe(z.int().min(1).max(pageSizeMax))
      .default(pageSize),
    cursor: z
      .base64url()
      .min(1)
      .transform((text) => Buffer.from(text, 'base64url').toString('utf8'))
      .optional(),
  })

/** Query of those with these ids: `?ids=a,b`. */
export const idsQuery = (id: z.ZodType<string, string>, idsMax: number) =>
  z.strictObject({
    ids: z
      .string()
      .transform((ids) => ids.split(','))
      .pipe(z.array(id).max(idsMax)),
  })

/** Each once, in the order of the ids; unknown ones are left out. */
export const allOf = <Item>(ids: readonly string[], find: (id: string) => Item | undefined): Item[] =>
  [...new Set(ids)].map(find).filter((item) => item !== undefined)

/** Ordered by key: what is added or leaves while somebody reads makes them miss nothing else, and see nothing twice. */
export const pageOf = <Item>(
  all: readonly Item[],
  keyOf: (item: Item) => string,
  { limit, cursor }: PageWanted,
): { readonly items: Item[]; readonly end: { readonly nextCursor?: string } } => {
  const rest = all
    .filter((item) => cursor === undefined || keyOf(item) > cursor)
    .toSorted((one, other) => (keyOf(one) < keyOf(other) ? -1 : 1))
  const items = rest.slice(0, limit)
  const last = items.at(-1)
  const more = last !== undefined && rest.length > items.length
  return { items, end: more ? { nextCursor: Buffer.from(keyOf(last)).toString('base64url') } : {} }
}
