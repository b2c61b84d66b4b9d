// What a read on behalf of a user comes to, whatever the product.
import * as z from 'zod'
import { AppError } from '../../errors.ts'
import { type Reading, needing, reading } from '../../schema/reading.ts'
import { NoSuchRecord, ReadableHealth as Health, UserMayNotRead } from './contract.ts'

export type UserRead<Record> =
  | { readonly outcome: 'read'; readonly record: Record }
  /** `not-allowed`: the product has said that this user may not see it. */
  | { readonly outcome: 'not-found' | 'not-allowed' }

const mayNotRead = UserMayNotRead.shape.type.value

/** Only this very type: any other 403 refuses the key. */
const ReadUserMayNotRead = reading(
  z.object({ type: z.string().refine((type) => type === mayNotRead, 'is another reason') }),
)

/** What a client reads of the refusals, beside the record that it reads of the 200. */
export const refusedReads = { 403: ReadUserMayNotRead, 404: reading(needing(NoSuchRecord, [])) } as const

type Answered<Record> =
  | { readonly status: 200; readonly body: Record }
  | { readonly status: 403 | 404; readonly body: unknown }

export const userReadOf = <Record>(answer: Answered<Record>): UserRead<Record> => {
  if (answer.status === 200) return { outcome: 'read', record: answer.body }
  return { outcome: answer.status === 404 ? 'not-found' : 'not-allowed' }
}

/** Another record than the one asked for is no answer: its content would be told as that of this one. */
export const recordOf = <Member extends string, Record extends { readonly [Name in Member]: string }>(
  record: Reading<Record>,
  member: Member,
  id: string,
): Reading<Record> =>
  record.refine((found) => found[member] === id, {
    error: 'This is another record than the one asked for',
    path: [member],
  })

/**
 * @param product as people call it
 * @throws AppError `not-found`, `forbidden` for what the product does not show the user
 */
export const requireShown = (outcome: string | undefined, product: string, kind: string): void => {
  if (outcome === 'not-found') throw new AppError('not-found', `${product} has no such ${kind}.`)
  if (outcome === 'not-allowed') throw new AppError('forbidden', `${product} does not show you this ${kind}.`)
}

export const ReadHealth = reading(needing(Health, ['status']))
export type ReadHealth = z.output<typeof ReadHealth>
