// Verifies the audit log of a tenant: from the head back to the oldest entry that is kept, each link, each signature, each anchor.
import type { Store } from '../store/store.ts'
import { type AuditEntry, genesisOf, isUnchanged } from './audit-entry.ts'
import { type AuditHead, auditAnchorTable, auditLogTable, keptDays, newestSeqFirst } from './audit-table.ts'
import { type HeadKeys, isOurs } from './head-signature.ts'

/**
 * What is wrong:
 * - `head-missing`: there are entries or anchors, and no head
 * - `head-forged`: the head is not signed by us
 * - `anchor-forged`: an anchor is not signed by us
 * - `rolled-back`: the head, or an entry, is not what an anchor says it was: something was put back, or the end was cut off
 * - `entry-missing`: there is no entry of this number, which is newer than the oldest that is kept
 * - `entry-added`: an entry stands after the last one, or twice
 * - `entry-changed`: the content of an entry does not have its hash
 * - `entry-unlinked`: an entry is not the one that the next one follows: reordered, replaced, or written by two
 * - `start-forged`: the oldest entry does not follow what was cut off
 */
export type AuditFault =
  | 'head-missing'
  | 'head-forged'
  | 'anchor-forged'
  | 'rolled-back'
  | 'entry-missing'
  | 'entry-added'
  | 'entry-changed'
  | 'entry-unlinked'
  | 'start-forged'

/** Where to go on: the entry that is expected next, and its hash. */
export type AuditPosition = { readonly seq: number; readonly hash: string }

export type AuditVerdict =
  | {
      readonly intact: true
      /** How many entries were looked at. */
      readonly checked: number
      readonly head?: { readonly seq: number; readonly hash: string; readonly at: string }
      /** There is more to verify from here on. */
      readonly next?: AuditPosition
    }
  | { readonly intact: false; readonly fault: AuditFault; readonly seq?: number; readonly checked: number }

type Input = {
  readonly store: Store
  readonly tenantId: string
  readonly keys: HeadKeys
  /** `next` of the verdict before. */
  readonly from?: AuditPosition | undefined
  readonly entriesMax: number
  readonly now: Date
}

/** Entries that are written meanwhile are not looked at. */
export const verifyAuditLog = async (input: Input): Promise<AuditVerdict> => {
  const { store, tenantId, keys } = input
  const rows = store.open(auditLogTable)
  // These first: a head that is read after them is never older.
  const [anchor] = (await store.open(auditAnchorTable).anchor.list({ tenantId }, { limit: 1 })).rows
  const before = (await rows.head.get({ tenantId }))?.value
  const [newest] = (await rows.entry.list({ tenantId }, { limit: 1 })).rows
  const head = (await rows.head.get({ tenantId }))?.value
  if (!head) return newest || anchor ? broken('head-missing', newest?.value.seq) : { intact: true, checked: 0 }
  if (!isOurs(head, tenantId, keys)) return broken('head-forged', head.seq)
  if (head.firstSeq === 1 && head.firstPreviousHash !== genesisOf(tenantId)) return broken('start-forged', 1)
  if (anchor && !isOurs(anchor.value, tenantId, keys)) return broken('anchor-forged', anchor.value.seq)
  if (anchor && anchor.value.seq > head.seq) return broken('rolled-back', anchor.value.seq)
  if (newest && newest.value.seq > head.seq) return broken('entry-added', newest.value.seq)
  // The newest row is the entry of the head, or of one that came after: a row that stands above it with another number is none of the log.
  if (before && newest && newest.value.seq < before.seq && (await rows.entry.get({ tenantId, seq: before.seq })))
    return broken('entry-added', newest.value.seq)
  if (await isCutTooEarly(input, head)) return broken('start-forged', head.firstSeq)
  return walkBack(input, head)
}

/** Nothing goes before its time: an anchor of less than 13 months ago stands for an entry that is still kept. */
const isCutTooEarly = async ({ store, tenantId, now }: Input, { firstSeq }: AuditHead): Promise<boolean> => {
  if (firstSeq === 1) return false
  const range = { from: [newestSeqFirst(firstSeq - 1)], limit: 1 }
  const [anchor] = (await store.open(auditAnchorTable).anchor.list({ tenantId }, range)).rows
  return anchor !== undefined && Date.parse(anchor.value.at) >= now.getTime() - keptDays * 86_400_000
}

const broken = (fault: AuditFault, seq: number | undefined, checked = 0): AuditVerdict => ({
  intact: false,
  fault,
  ...(seq !== undefined && { seq }),
  checked,
})

const walkBack = async ({ store, tenantId, keys, from, entriesMax }: Input, head: AuditHead): Promise<AuditVerdict> => {
  let expected: AuditPosition = from ?? { seq: head.seq, hash: head.hash }
  let checked = 0
  const anchors = anchorsFrom({ store, tenantId, keys }, expected.seq)
  const done = (next?: AuditPosition): AuditVerdict => ({
    intact: true,
    checked,
    head: { seq: head.seq, hash: head.hash, at: head.at },
    ...(next && { next }),
  })
  const range = { from: [newestSeqFirst(expected.seq)], pageSize: 1_000 }
  for await (const { value: entry } of store.open(auditLogTable).entry.each({ tenantId }, range)) {
    if (expected.seq < head.firstSeq) break
    const fault = faultOf(entry, expected, tenantId) ?? (await anchors.faultAt(entry))
    if (fault) return broken(fault, fault === 'entry-missing' ? expected.seq : entry.seq, checked)
    checked += 1
    expected = { seq: entry.seq - 1, hash: entry.previousHash }
    if (checked >= entriesMax && expected.seq >= head.firstSeq) return done(expected)
  }
  if (expected.seq >= head.firstSeq) return broken('entry-missing', expected.seq, checked)
  return expected.hash === head.firstPreviousHash ? done() : broken('start-forged', head.firstSeq, checked)
}

const faultOf = (entry: AuditEntry, expected: AuditPosition, tenantId: string): AuditFault | undefined => {
  if (entry.seq < expected.seq) return 'entry-missing'
  if (entry.seq > expected.seq) return 'entry-added'
  if (!isUnchanged(entry)) return 'entry-changed'
  return entry.hash === expected.hash && entry.tenantId === tenantId ? undefined : 'entry-unlinked'
}

/** The anchors from here back, newest first, read as the walk meets them. */
const anchorsFrom = ({ store, tenantId, keys }: Pick<Input, 'store' | 'tenantId' | 'keys'>, seq: number) => {
  const range = { from: [newestSeqFirst(seq)], pageSize: 100 }
  const each = store.open(auditAnchorTable).anchor.each({ tenantId }, range)
  const rows = each[Symbol.asyncIterator]()
  let ahead: AuditHead | undefined | 'unread' = 'unread'
  const next = async (): Promise<AuditHead | undefined> => {
    const { done, value } = await rows.next()
    return done ? undefined : value.value
  }
  return {
    faultAt: async (entry: AuditEntry): Promise<AuditFault | undefined> => {
      if (ahead === 'unread') ahead = await next()
      if (!ahead || ahead.seq < entry.seq) return undefined
      const anchor = ahead
      ahead = await next()
      if (!isOurs(anchor, tenantId, keys)) return 'anchor-forged'
      return anchor.seq === entry.seq && anchor.hash === entry.hash ? undefined : 'rolled-back'
    },
  }
}
