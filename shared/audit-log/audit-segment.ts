// A segment of the audit log: what begins after a repair. Its record says where the log was broken; its first entry follows the record, and
// the signed head names it, so that a break can be named for ever and nobody makes one up.
import * as z from 'zod'
import { sha256 } from '../auth/digest.ts'
import { canonicalJson } from '../http/canonical-json.ts'

/**
 * What is wrong:
 * - `head-missing`: there are entries or anchors, and no head
 * - `head-forged`: the head is not signed by us
 * - `anchor-forged`: an anchor is not signed by us
 * - `rolled-back`: the head, or an entry, is not what an anchor says it was: something was put back, or the end was cut off
 * - `entry-missing`: there is no entry of this number, which is newer than the oldest that is kept
 * - `entry-added`: a row stands after the last entry, or beside one, and belongs to nothing
 * - `entry-changed`: the content of an entry does not have its hash, or is none any longer
 * - `entry-unlinked`: an entry is not the one that the next one follows: reordered, replaced, or written by two
 * - `start-forged`: the oldest entry does not follow what was cut off
 * - `segment-missing`: the record of a repair is gone
 */
export const auditFaults = [
  'head-missing',
  'head-forged',
  'anchor-forged',
  'rolled-back',
  'entry-missing',
  'entry-added',
  'entry-changed',
  'entry-unlinked',
  'start-forged',
  'segment-missing',
] as const
export type AuditFault = (typeof auditFaults)[number]

/** Where to go on: the entry that is expected next, and its hash. */
const Position = z.strictObject({ seq: z.int().min(0), hash: z.string() })
export type AuditPosition = z.infer<typeof Position>

export const AuditBreak = z.strictObject({
  fault: z.enum(auditFaults),
  /** The number of the entry at which it shows. */
  seq: z.int().min(0),
  /** SHA-256 in base64url of what was found there. */
  digest: z.string().optional(),
  /** Where the log goes on below it. What lies between is lost. */
  resume: Position.optional(),
})
export type AuditBreak = z.infer<typeof AuditBreak>

/** More than these are not told apart: from there on down nothing is vouched for. */
export const breaksMax = 100

export const AuditSegment = z.strictObject({
  tenantId: z.string(),
  /** Random: nobody can stand in its place beforehand. */
  repairId: z.string(),
  /** 2 for the first repair, one more each time. */
  segment: z.int().min(2),
  /** Of the record of the segment before; of the second, what `genesisOf` says. */
  before: z.string(),
  /** Its first entry, which says who repaired the log and why. */
  firstSeq: z.int().min(1),
  /** The last entry before the break that the log goes on with below; 0 for none. */
  resume: Position,
  breaks: z.array(AuditBreak).max(breaksMax),
  at: z.iso.datetime(),
})
export type AuditSegment = z.infer<typeof AuditSegment>

/** What the first entry of the segment follows. */
export const hashOfSegment = (segment: AuditSegment): string => sha256(canonicalJson(AuditSegment.parse(segment)))

/** Those that a head vouches for, the newest first; `isWhole` unless one of them is gone. */
export const vouchedSegments = (
  found: readonly AuditSegment[],
  { segmentHash, segment }: { readonly segmentHash: string; readonly segment: number },
): { readonly segments: readonly AuditSegment[]; readonly isWhole: boolean } => {
  const byHash = new Map(found.map((record) => [hashOfSegment(record), record]))
  const segments: AuditSegment[] = []
  let hash = segmentHash
  for (let number = segment; number >= 2; number -= 1) {
    const record = byHash.get(hash)
    if (!record) return { segments, isWhole: false }
    segments.push(record)
    hash = record.before
  }
  return { segments, isWhole: true }
}
