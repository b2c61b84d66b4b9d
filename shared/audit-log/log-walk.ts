// Walks an audit log from the head back to the oldest entry that is kept, each link, each signature, each anchor, and names each break: the
// log of the tables and that of an exported file alike.
import { type AuditEntry, genesisOf, isUnchanged } from './audit-entry.ts'
import {
  type AuditBreak,
  type AuditFault,
  type AuditPosition,
  type AuditSegment,
  hashOfSegment,
  vouchedSegments,
} from './audit-segment.ts'
import { type AuditHead, keptDays } from './audit-table.ts'
import { sha256 } from '../auth/digest.ts'
import { type BreakList, type FoundBreak, createBreakList } from './break-list.ts'
import { type VerifyingKeys, isOurs } from './head-signature.ts'
import { type ClockNotes, createClockWatch } from './log-clock.ts'
import { type LogGroup, type LogTop, digestOfRow, readLog } from './log-groups.ts'
import type { LogLine } from './log-lines.ts'

export type AuditVerdict = {
  /** Nothing is broken, and nothing ever was, as far as was looked at. */
  readonly intact: boolean
  /** Those that no repair has named first. */
  readonly breaks: readonly FoundBreak[]
  /** How many entries were looked at. */
  readonly checked: number
  readonly head?: Pick<AuditHead, 'seq' | 'hash' | 'at' | 'keyId'>
  /** There is more to verify from here on. */
  readonly next?: AuditPosition
  readonly clock?: ClockNotes
}

export type WalkInput = {
  readonly tenantId: string
  readonly keys: VerifyingKeys
  /** `next` of the verdict before: then the lines begin there. */
  readonly from?: AuditPosition | undefined
  readonly entriesMax: number
}

export const walkLog = async (lines: AsyncIterable<LogLine>, input: WalkInput): Promise<AuditVerdict> => {
  const { top, groups } = await readLog(lines)
  const walk = createWalk(input, top)
  for await (const group of groups) if (!takeGroup(walk, group)) break
  return verdictOf(walk)
}

/** How far the walk is, and what it has found. */
type Walk = {
  readonly input: WalkInput
  readonly top: LogTop
  /** The head, if the suite signed it. */
  readonly head: AuditHead | undefined
  readonly readAt: string
  readonly breaks: BreakList
  readonly bridges: ReadonlyMap<string, AuditSegment>
  readonly clocks: ReturnType<typeof createClockWatch>
  /** Where the log begins: as the head says, or without one the newest anchor. */
  beginning: Beginning
  isVouched: boolean
  expected: AuditPosition | undefined
  next: AuditPosition | undefined
  checked: number
  /** The break below which it is not known yet where the log goes on. */
  interrupted: AuditBreak | undefined
  isOver: boolean
  isBegun: boolean
}

const createWalk = (input: WalkInput, top: LogTop): Walk => {
  const { tenantId, keys } = input
  const head = top.head && isOurs(top.head, tenantId, keys) ? top.head : undefined
  const vouched = head ? vouchedSegments(top.segments, head) : { segments: [], isWhole: true }
  const breaks = createBreakList(vouched.segments)
  if (!vouched.isWhole && head) breaks.add({ fault: 'segment-missing', seq: head.seq })
  return {
    input,
    top,
    head,
    readAt: top.at ?? new Date(0).toISOString(),
    breaks,
    bridges: new Map(top.segments.map((segment) => [hashOfSegment(segment), segment])),
    clocks: createClockWatch(),
    beginning: head ?? { firstSeq: 1, firstPreviousHash: genesisOf(tenantId) },
    isVouched: head !== undefined,
    expected: input.from ?? head,
    next: undefined,
    checked: 0,
    interrupted: undefined,
    isOver: false,
    isBegun: false,
  }
}

/** @returns whether to go on */
const takeGroup = (walk: Walk, group: LogGroup): boolean => {
  const { head, breaks, readAt, input } = walk
  const { firstSeq } = walk.beginning
  begin(walk, group.seq)
  forgedAnchors(breaks, group, input)
  // A key without a number is no place of the log.
  if (group.seq === 0) addedRows(breaks, group)
  else if (head && group.seq > head.seq) {
    addedRows(breaks, group)
    if (group.anchors.some((anchor) => isOurs(anchor, input.tenantId, input.keys)))
      breaks.add({ fault: 'rolled-back', seq: group.seq })
  } else if (group.seq < firstSeq && head) {
    const early = group.anchors.some(({ at }) => Date.parse(at) >= Date.parse(readAt) - keptDays * 86_400_000)
    if (early) breaks.add({ fault: 'start-forged', seq: firstSeq })
  } else takeRows(walk, group)
  return walk.next === undefined && !breaks.isFull()
}

const begin = (walk: Walk, seq: number): void => {
  if (walk.isBegun) return
  walk.isBegun = true
  const { head, top } = walk
  if (head) return
  if (top.head) breakAt(walk, 'head-forged', seq, digestOfRow(top.head))
  else breakAt(walk, top.headDigest === undefined ? 'head-missing' : 'head-forged', seq, top.headDigest)
}

const breakAt = (walk: Walk, fault: AuditFault, seq: number, digest?: string): void => {
  const found: AuditBreak = { fault, seq, ...(digest !== undefined && { digest }) }
  const known = walk.breaks.add(found)
  walk.expected = known?.resume
  walk.interrupted = known ? undefined : found
}

const takeRows = (walk: Walk, group: LogGroup): void => {
  if (walk.isOver) return
  const { breaks, input } = walk
  const { seq } = group
  if (walk.expected && seq < walk.expected.seq) {
    breakAt(walk, 'entry-missing', walk.expected.seq)
    if (walk.expected && seq < walk.expected.seq) return takeRows(walk, group)
  }
  const trusted = group.anchors.find((anchor) => isOurs(anchor, input.tenantId, input.keys))
  if (!walk.isVouched && trusted) [walk.beginning, walk.isVouched] = [trusted, true]
  if (!walk.expected && trusted) walk.expected = { seq, hash: trusted.hash }
  const { expected } = walk
  if (expected && seq > expected.seq) return addedRows(breaks, group)
  if (group.entries.length + group.damaged.length === 0) return
  const isKept = (entry: AuditEntry): boolean => entry.tenantId === input.tenantId && isUnchanged(entry)
  const chosen = group.entries.find(
    (entry) => isKept(entry) && (expected === undefined || entry.hash === expected.hash),
  )
  if (!chosen) {
    const isChanged = group.entries.every((entry) => !isUnchanged(entry))
    return breakAt(walk, isChanged ? 'entry-changed' : 'entry-unlinked', seq, digestOfGroup(group))
  }
  if (walk.interrupted) breaks.resumeAt(walk.interrupted, { seq, hash: chosen.hash })
  walk.interrupted = undefined
  addedRows(breaks, group, chosen)
  if (trusted && trusted.hash !== chosen.hash) breaks.add({ fault: 'rolled-back', seq })
  goOn(walk, chosen)
}

/** Of an entry that is what it was. */
const goOn = (walk: Walk, entry: AuditEntry): void => {
  const { tenantId, entriesMax } = walk.input
  walk.checked += 1
  walk.clocks.see(entry)
  const { firstSeq, firstPreviousHash } = walk.beginning
  if (entry.seq === firstSeq) {
    const isStart =
      entry.previousHash === firstPreviousHash && (firstSeq > 1 || firstPreviousHash === genesisOf(tenantId))
    if (!isStart) walk.breaks.add({ fault: 'start-forged', seq: firstSeq })
    walk.isOver = true
    return
  }
  const bridge = walk.bridges.get(entry.previousHash)
  const expected = bridge?.firstSeq === entry.seq ? bridge.resume : { seq: entry.seq - 1, hash: entry.previousHash }
  walk.expected = expected
  if (expected.seq < firstSeq) walk.isOver = true
  else if (walk.checked >= entriesMax) walk.next = expected
}

const verdictOf = (walk: Walk): AuditVerdict => {
  const { top, head, breaks, beginning, checked, next, readAt } = walk
  if (!walk.isBegun && (top.head ?? top.headDigest) !== undefined) begin(walk, 0)
  const { expected } = walk
  if (!walk.isOver && !next && expected && expected.seq >= beginning.firstSeq && !breaks.isFull())
    breakAt(walk, 'entry-missing', expected.seq)
  const clock = walk.clocks.notes(readAt)
  const all = breaks.all()
  return {
    intact: all.length === 0,
    breaks: all,
    checked,
    ...(head && { head: { seq: head.seq, hash: head.hash, at: head.at, keyId: head.keyId } }),
    ...(next && { next }),
    ...(clock && { clock }),
  }
}

type Beginning = Pick<AuditHead, 'firstSeq' | 'firstPreviousHash'>

const forgedAnchors = (breaks: BreakList, { seq, anchors, damagedAnchors }: LogGroup, input: WalkInput): void => {
  for (const anchor of anchors)
    if (!isOurs(anchor, input.tenantId, input.keys))
      breaks.add({ fault: 'anchor-forged', seq, digest: digestOfRow(anchor) })
  for (const digest of damagedAnchors) breaks.add({ fault: 'anchor-forged', seq, digest })
}

/** Rows that belong to nothing: all but the one of the log. */
const addedRows = (breaks: BreakList, { seq, entries, damaged }: LogGroup, but?: AuditEntry): void => {
  for (const entry of entries) if (entry !== but) breaks.add({ fault: 'entry-added', seq, digest: digestOfRow(entry) })
  for (const digest of damaged) breaks.add({ fault: 'entry-added', seq, digest })
}

const digestOfGroup = ({ entries, damaged }: LogGroup): string => {
  const digests = [...entries.map(digestOfRow), ...damaged]
  return digests.length === 1 ? String(digests[0]) : sha256(digests.join())
}
