// Keys that are being replaced: what a timer has to look after.
import * as z from 'zod'
import { buckets } from '../../../shared/store/buckets.ts'
import { rowKind, table } from '../../../shared/store/table.ts'
import { keyIntegrations } from './grants.ts'

export const replacementBuckets = buckets('replacement')

export const KeyReplacement = z.strictObject({
  bucket: z.string(),
  tenantId: z.string(),
  /** The key that is to go, and the one in its place. */
  oldKeyId: z.string(),
  newKeyId: z.string(),
  integration: z.enum(keyIntegrations),
  since: z.iso.datetime(),
})
export type KeyReplacement = z.infer<typeof KeyReplacement>

/** Longer than the two may overlap. */
export const keyReplacementTable = table('keyReplacements', {
  pending: rowKind({
    schema: KeyReplacement,
    partition: ['bucket'],
    key: ['tenantId', 'oldKeyId', 'newKeyId'],
    keepFor: { days: 60 },
  }),
})
