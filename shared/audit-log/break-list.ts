// The breaks of an audit log: those that a repair has named before, and those that were found.
import { type AuditBreak, type AuditPosition, type AuditSegment, breaksMax } from './audit-segment.ts'

export type FoundBreak = AuditBreak & {
  /** The repair that has named it. */
  readonly repaired?: { readonly segment: number; readonly at: string }
}

export type BreakList = {
  /** @returns the break as a repair has named it; undefined for a new one */
  readonly add: (found: AuditBreak) => FoundBreak | undefined
  /** Says where the log goes on below a break that is new. */
  readonly resumeAt: (found: AuditBreak, resume: AuditPosition) => void
  /** More of them are not told apart. */
  readonly isFull: () => boolean
  /** Those that no repair has named first. */
  readonly all: () => readonly FoundBreak[]
}

const idOf = ({ fault, seq, digest }: AuditBreak): string => `${fault} ${seq} ${digest ?? ''}`

/** @param segments those that the head vouches for: what they name is named for ever */
export const createBreakList = (segments: readonly AuditSegment[]): BreakList => {
  const known = new Map<string, FoundBreak>()
  for (const { breaks, segment, at } of segments)
    for (const named of breaks) known.set(idOf(named), { ...named, repaired: { segment, at } })
  const open = new Map<string, FoundBreak>()
  return {
    add: (found) => {
      const named = known.get(idOf(found))
      if (named) return named
      if (!open.has(idOf(found)) && open.size < breaksMax) open.set(idOf(found), found)
      return undefined
    },
    resumeAt: (found, resume) => {
      if (open.has(idOf(found))) open.set(idOf(found), { ...found, resume })
    },
    isFull: () => open.size >= breaksMax,
    all: () => [...open.values(), ...known.values()],
  }
}
