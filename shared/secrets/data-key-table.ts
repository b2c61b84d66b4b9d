// The data keys of all tenants, wrapped: one each, in buckets, so that the pass that rewraps them finds them without a scan.
import * as z from 'zod'
import { buckets } from '../store/buckets.ts'
import { rowKind, table } from '../store/table.ts'

const DataKey = z.strictObject({
  bucket: z.string(),
  tenantId: z.string(),
  /** What is sealed names it. */
  keyId: z.string(),
  wrapped: z.base64(),
  /** The version of the wrapping key that it needs. */
  wrappingVersion: z.string(),
  createdAt: z.iso.datetime(),
  rewrappedAt: z.iso.datetime().optional(),
})
export type DataKey = z.infer<typeof DataKey>

export const dataKeyBuckets = buckets('dataKeys')

/** The key of the row of a tenant. */
export const placeOf = (tenantId: string) => ({ bucket: dataKeyBuckets.of(tenantId), tenantId })

/** Deleting the row of a tenant makes all that was sealed for it unreadable. */
export const dataKeyTable = table('dataKeys', {
  key: rowKind({
    schema: DataKey,
    partition: ['bucket'],
    key: ['tenantId'],
    keepFor: 'forever',
    dataOf: { tenant: ['tenantId'], secret: ['wrapped'] },
  }),
})
