// Where answers of models are kept that a later call with the same input may have: of each tenant apart, encrypted, so many and no more.
import * as z from 'zod'
import { eachAtOnce } from '../../pool.ts'
import type { Store } from '../../store/store.ts'
import { rowKind, table } from '../../store/table.ts'

const KeptRow = z.strictObject({
  tenantId: z.string(),
  /** One of 4,096, by the digest: an answer that comes to a place that is taken replaces what is there. */
  place: z.string(),
  /** Of everything that the answer follows from, with a key of the tenant. */
  digest: z.string(),
  feature: z.string(),
  /** For whom alone it is kept. */
  userId: z.string().optional(),
  until: z.iso.datetime(),
  sealed: z.string(),
})

/** The first of the 64 digits of a digest. */
const placeDigits = 3

export const placeOfDigest = (digest: string): string => digest.slice(0, placeDigits)

export const answerTable = table('aiAnswers', {
  answer: rowKind({
    schema: KeptRow,
    partition: ['tenantId'],
    key: ['place'],
    keepFor: ({ until }) => new Date(until),
    dataOf: { tenant: ['tenantId'], person: ['userId'], isRemade: true, secret: ['sealed', 'digest'] },
  }),
})

const readAtOnce = 100
const deletedAtOnce = 16

/** All that are kept for an organization: it has opted out of AI. */
export const forgetAnswers = async (store: Store, tenantId: string): Promise<void> => {
  const rows = store.open(answerTable).answer
  let cursor: string | undefined
  do {
    const page = await rows.list({ tenantId }, { limit: readAtOnce, cursor })
    await eachAtOnce(page.rows, { atOnce: deletedAtOnce }, ({ value }) => rows.delete(value))
    cursor = page.nextCursor
  } while (cursor !== undefined)
}
