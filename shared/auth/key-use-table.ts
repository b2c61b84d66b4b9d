// The table of what keys were used for (KEY-4).
import * as z from 'zod'
import { newestFirst } from '../store/key.ts'
import { rowKind, table } from '../store/table.ts'

/** As long as the audit log. */
const keptDays = 400

const counts = z.record(z.string(), z.int())

export const KeyUseHour = z.strictObject({
  tenantId: z.string(),
  keyId: z.string(),
  /** Its first millisecond. */
  hour: z.iso.datetime(),
  /** The process that counted: each writes rows of its own, so that writing again changes nothing. */
  instance: z.string(),
  count: z.int(),
  firstAt: z.iso.datetime(),
  lastAt: z.iso.datetime(),
  /** How often by function, and by address. */
  operations: counts,
  addresses: counts,
})
export type KeyUseHour = z.infer<typeof KeyUseHour>

export const keyUseTable = table('keyUse', {
  first: rowKind({
    schema: z.strictObject({ tenantId: z.string(), keyId: z.string(), at: z.iso.datetime() }),
    partition: ['tenantId', 'keyId'],
    key: [],
    keepFor: { days: keptDays },
    dataOf: { tenant: ['tenantId'], through: { key: ['keyId'] } },
  }),
  hour: rowKind({
    schema: KeyUseHour,
    partition: ['tenantId', 'keyId'],
    key: ({ hour, instance }) => [newestFirst(hour), instance],
    keepFor: { days: keptDays },
    dataOf: { tenant: ['tenantId'], through: { key: ['keyId'] } },
  }),
})
