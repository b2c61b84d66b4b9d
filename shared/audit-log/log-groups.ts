// Reads the lines of an audit log: what stands at their top, and then all that stands under one number together.
import { sha256 } from '../auth/digest.ts'
import { canonicalJson } from '../http/canonical-json.ts'
import type { AuditEntry } from './audit-entry.ts'
import type { AuditSegment } from './audit-segment.ts'
import type { AuditHead } from './audit-table.ts'
import { type LogLine, seqOfLine } from './log-lines.ts'

export type LogTop = {
  /** When it was read. */
  readonly at: string | undefined
  /** As it stands there, whoever made it. */
  readonly head: AuditHead | undefined
  /** Of a head that is none. */
  readonly headDigest: string | undefined
  readonly segments: readonly AuditSegment[]
}

export type LogGroup = {
  readonly seq: number
  readonly entries: AuditEntry[]
  readonly anchors: AuditHead[]
  /** Digests of rows that are none of the suite's. */
  readonly damaged: string[]
  readonly damagedAnchors: string[]
}

export const digestOfRow = (row: AuditEntry | AuditHead): string => sha256(canonicalJson(row))

/** The groups end with the lines; those of a row without a number belong to the number 0. */
export const readLog = async (
  lines: AsyncIterable<LogLine>,
): Promise<{ readonly top: LogTop; readonly groups: AsyncGenerator<LogGroup> }> => {
  const reader = lines[Symbol.asyncIterator]()
  let [at, head, headDigest]: [string | undefined, AuditHead | undefined, string | undefined] = [
    undefined,
    undefined,
    undefined,
  ]
  const segments: AuditSegment[] = []
  for (;;) {
    const { done, value: line } = await reader.next()
    if (!done && line.kind === 'log') at = line.at
    else if (!done && line.kind === 'head') head = line.head
    else if (!done && line.kind === 'damaged' && line.of === 'head') headDigest = line.digest
    else if (!done && line.kind === 'segment') segments.push(line.segment)
    else return { top: { at, head, headDigest, segments }, groups: groupsOf(reader, done ? undefined : line) }
  }
}

async function* groupsOf(reader: AsyncIterator<LogLine>, first: LogLine | undefined): AsyncGenerator<LogGroup> {
  let line = first
  let group: LogGroup | undefined
  while (line) {
    const seq = seqOfLine(line) ?? 0
    if (group && group.seq !== seq) {
      yield group
      group = undefined
    }
    group ??= { seq, entries: [], anchors: [], damaged: [], damagedAnchors: [] }
    if (line.kind === 'entry') group.entries.push(line.entry)
    else if (line.kind === 'anchor') group.anchors.push(line.anchor)
    else if (line.kind === 'damaged') (line.of === 'anchor' ? group.damagedAnchors : group.damaged).push(line.digest)
    const next: IteratorResult<LogLine> = await reader.next()
    line = next.done ? undefined : next.value
  }
  if (group) yield group
}
