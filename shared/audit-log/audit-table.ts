// Where the audit log is: the entries of a tenant and their head in one partition, so that one transaction writes both.
import * as z from 'zod'
import { buckets } from '../store/buckets.ts'
import { rowKind, table } from '../store/table.ts'
import { AuditEntry } from './audit-entry.ts'
import { AuditSegment } from './audit-segment.ts'

/** 13 months, however long they are. */
export const keptDays = 400

const seqDigits = 12
const seqMax = 10 ** seqDigits - 1

/** A key part that sorts the newest entry first. */
export const newestSeqFirst = (seq: number): string => String(seqMax - seq).padStart(seqDigits, '0')

/** The number in the key of a row; undefined when it holds none. */
export const seqInKey = (rowKey: string): number | undefined => {
  const digits = /^[A-Za-z]+!(\d{12})(?:!|$)/.exec(rowKey)?.[1]
  return digits === undefined ? undefined : seqMax - Number(digits)
}

/** What the last entry is, and where the log begins; signed, so that who can write the table cannot make another one. */
export const AuditHead = z.strictObject({
  tenantId: z.string(),
  seq: z.int().min(0),
  /** Of the entry `seq`. */
  hash: z.string(),
  at: z.iso.datetime(),
  /** The oldest entry that is still kept. */
  firstSeq: z.int().min(1),
  /** `previousHash` of that entry: what came before was cut off when its time was over. */
  firstPreviousHash: z.string(),
  /** 1, and one more with each repair. */
  segment: z.int().min(1),
  /** Of the record of the segment; of the first, what `genesisOf` says. */
  segmentHash: z.string(),
  keyId: z.string(),
  signature: z.string(),
})
export type AuditHead = z.infer<typeof AuditHead>

const chained =
  'The audit log cannot be rewritten, and accounts for what was done. It has opaque ids, no names, and goes after 13 months'

const Known = z.strictObject({ tenantId: z.string(), onceId: z.string(), seq: z.int() })

export const auditLogTable = table('auditLog', {
  // Kept for 13 months, but not by a time of its own: entries go from the oldest on, when the head says so first (`retention.ts`).
  entry: rowKind({
    schema: AuditEntry,
    partition: ['tenantId'],
    // With the random id of the entry: nobody can stand in the place of one that is not written yet.
    key: ({ seq, entryId }) => [newestSeqFirst(seq), entryId],
    keepFor: 'forever',
    dataOf: { tenant: ['tenantId'], person: ['actor', 'subjects'], keptOn: { tenant: chained, person: chained } },
  }),
  head: rowKind({
    schema: AuditHead,
    partition: ['tenantId'],
    key: [],
    keepFor: 'forever',
    dataOf: { tenant: ['tenantId'], keptOn: { tenant: chained } },
  }),
  /** What each repair found: few, and kept for ever, as a break is never forgotten. */
  segment: rowKind({
    schema: AuditSegment,
    partition: ['tenantId'],
    key: ({ segment, repairId }) => [newestSeqFirst(segment), repairId],
    keepFor: 'forever',
    dataOf: { tenant: ['tenantId'], keptOn: { tenant: chained } },
  }),
  /** That something is recorded already which may be told twice. */
  known: rowKind({
    schema: Known,
    partition: ['tenantId'],
    key: ['onceId'],
    keepFor: { days: 30 },
    dataOf: { tenant: ['tenantId'] },
  }),
})

/**
 * Heads as they were: a head that was put back to an earlier one does not fit them. A table of its own, since fewer may write it.
 */
export const auditAnchorTable = table('auditAnchors', {
  anchor: rowKind({
    schema: AuditHead,
    partition: ['tenantId'],
    key: ({ seq }) => [newestSeqFirst(seq)],
    keepFor: { days: keptDays },
    dataOf: { tenant: ['tenantId'], keptOn: { tenant: chained } },
  }),
})

const logged = buckets('auditedTenants')
export const bucketOfAudited = logged.of
export const bucketsOfAudited = logged.names

/** Which tenants have a log, for the timers that look after all of them. */
export const auditedTenantTable = table('auditedTenants', {
  tenant: rowKind({
    schema: z.strictObject({ bucket: z.string(), tenantId: z.string() }),
    partition: ['bucket'],
    key: ['tenantId'],
    keepFor: 'forever',
    dataOf: { tenant: ['tenantId'], keptOn: { tenant: chained } },
  }),
})
