// Goes on with a log that is broken: a new segment, whose record names each break and whose first entry says who asked for it and why. Nothing
// that is there is changed or taken away, but for a head that is not ours: its digest is in the record.
import { randomUUID } from 'node:crypto'
import { sha256 } from '../auth/digest.ts'
import { canonicalJson } from '../http/canonical-json.ts'
import type { Store } from '../store/store.ts'
import { type AuditEntry, AuditRecord, genesisOf, hashOf } from './audit-entry.ts'
import { type AuditBreak, type AuditPosition, type AuditSegment, hashOfSegment } from './audit-segment.ts'
import { type AuditHead, auditAnchorTable, auditLogTable } from './audit-table.ts'
import { type HeadKeys, isOurs, signHead } from './head-signature.ts'
import { verifyAuditLog } from './verification.ts'

type Input = {
  readonly store: Store
  readonly tenantId: string
  readonly keys: HeadKeys
  readonly now: Date
  /** Who asked for it, by which function, and why. */
  readonly by: Pick<AuditRecord, 'actor' | 'operation' | 'correlationId' | 'facts'>
}

/** What is looked at; breaks further below are left for another repair. */
const entriesMax = 50_000
/** A row far above all that is vouched for is not taken for the end of the log. */
const beyondMax = 100_000

/**
 * @returns the record of the new segment; undefined when nothing is broken that no repair has named
 * @throws AppError `conflict` when somebody wrote or repaired at the same time
 */
export const repairAuditLog = async (input: Input): Promise<AuditSegment | undefined> => {
  const { store, tenantId, keys, now } = input
  const rows = store.open(auditLogTable)
  const [found] = (await rows.head.listFound({ tenantId }, { limit: 1 })).found
  const verdict = await verifyAuditLog({ store, tenantId, keys: keys.verifying, entriesMax, now })
  const breaks = verdict.breaks.filter(({ repaired }) => repaired === undefined)
  if (breaks.length === 0) return undefined
  const head = found?.row && isOurs(found.row.value, tenantId, keys.verifying) ? found.row.value : undefined
  const anchor = await newestAnchor(input)
  const record = recordOf(input, { head, anchor, breaks })
  const entry = firstEntry(input, record)
  const beginning = beginningOf(record, head ?? anchor, tenantId)
  const unsigned = { tenantId, seq: entry.seq, hash: entry.hash, at: entry.at, ...beginning }
  const next = signHead({ ...unsigned, segment: record.segment, segmentHash: hashOfSegment(record) }, keys)
  const etag = found && ('etag' in found ? found.etag : found.row.etag)
  await rows.transaction([
    etag === undefined ? rows.head.toInsert(next) : rows.head.toUpdate({ value: next, etag }, next),
    rows.segment.toInsert(record),
    rows.entry.toInsert(entry),
  ])
  return record
}

const newestAnchor = async ({ store, tenantId, keys }: Input): Promise<AuditHead | undefined> => {
  const { found } = await store.open(auditAnchorTable).anchor.listFound({ tenantId }, { limit: 1_000 })
  return found.find(({ row }) => row && isOurs(row.value, tenantId, keys.verifying))?.row?.value
}

type Known = {
  readonly head: AuditHead | undefined
  readonly anchor: AuditHead | undefined
  readonly breaks: readonly AuditBreak[]
}

const recordOf = ({ tenantId, now }: Input, { head, anchor, breaks }: Known): AuditSegment => {
  const base = head ?? anchor
  const resume = head ? { seq: head.seq, hash: head.hash } : lastOf(tenantId, anchor, breaks)
  return {
    tenantId,
    repairId: randomUUID(),
    segment: (base?.segment ?? 1) + 1,
    before: base?.segmentHash ?? genesisOf(tenantId),
    firstSeq: Math.max(resume.seq, anchor?.seq ?? 0) + 1,
    resume,
    breaks: breaks.map(({ fault, seq, digest, resume: at }) => ({ fault, seq, digest, resume: at })),
    at: now.toISOString(),
  }
}

/** Without a head: the last entry that still hangs together, but none that stands far above what is vouched for. */
const lastOf = (tenantId: string, anchor: AuditHead | undefined, breaks: readonly AuditBreak[]): AuditPosition => {
  const last = breaks.find(({ fault }) => fault === 'head-missing' || fault === 'head-forged')?.resume
  const vouched = anchor ? { seq: anchor.seq, hash: anchor.hash } : { seq: 0, hash: genesisOf(tenantId) }
  return last && last.seq - vouched.seq <= beyondMax ? last : vouched
}

const beginningOf = (
  record: AuditSegment,
  base: AuditHead | undefined,
  tenantId: string,
): Pick<AuditHead, 'firstSeq' | 'firstPreviousHash'> => {
  if (record.resume.seq === 0) return { firstSeq: record.firstSeq, firstPreviousHash: hashOfSegment(record) }
  const { firstSeq, firstPreviousHash } = base ?? { firstSeq: 1, firstPreviousHash: genesisOf(tenantId) }
  return { firstSeq, firstPreviousHash }
}

const firstEntry = ({ tenantId, by }: Input, record: AuditSegment): AuditEntry => {
  const { firstSeq: seq, at, segment, breaks } = record
  const facts = {
    ...by.facts,
    segment: String(segment),
    found: breaks
      .map((found) => `${found.fault} at ${found.seq}`)
      .join(', ')
      .slice(0, 512),
    lost: breaks.flatMap(lostIn).join(', ').slice(0, 512) || 'nothing',
    breaks: String(breaks.length),
    digest: sha256(canonicalJson(breaks)),
  }
  const told = AuditRecord.parse({ ...by, action: 'log.repaired', outcome: 'done', facts })
  const content = { ...told, tenantId, entryId: randomUUID(), seq, at, previousHash: hashOfSegment(record) }
  return { ...content, hash: hashOf(content) }
}

/** The numbers of the entries that are gone or cannot be trusted, those of the break itself included. */
const lostIn = ({ fault, seq, resume }: AuditBreak): readonly string[] => {
  if (!fault.startsWith('entry-') || fault === 'entry-added') return []
  const from = (resume?.seq ?? seq - 1) + 1
  return [from >= seq ? String(seq) : `${from}–${seq}`]
}
