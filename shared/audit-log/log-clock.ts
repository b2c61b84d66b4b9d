// What the times of entries tell of the clocks of those that wrote them.

/** How far the time of an entry may run ahead of the clock of who appends the next one. */
export const aheadMsMax = 300_000

export type ClockNotes = {
  /** Entries that say an earlier time than the one before them: a clock was ahead, until it was no longer followed. */
  readonly back?: { readonly count: number; readonly seqs: readonly number[]; readonly secondsMax: number }
  /** How far the newest entry is ahead of the time at which the log was read. */
  readonly aheadSeconds?: number
}

const seqsMax = 10

type Timed = { readonly seq: number; readonly at: string }

/**
 * Never earlier than the entry before, as clocks of instances differ a little. One that is far ahead of ours is not followed: else one
 * wrong clock would set the time of the log for ever.
 */
export const timeAfter = (last: string | undefined, now: Date): Date => {
  const before = last === undefined ? 0 : Date.parse(last)
  return new Date(before > now.getTime() + aheadMsMax ? now.getTime() : Math.max(before, now.getTime()))
}

/** Entries are shown to it from the newest back. */
export const createClockWatch = () => {
  let newer: Timed | undefined
  let newest: Timed | undefined
  let secondsMax = 0
  const seqs: number[] = []
  return {
    see: (entry: Timed): void => {
      newest ??= entry
      const ms = newer === undefined ? 0 : Date.parse(entry.at) - Date.parse(newer.at)
      if (newer && ms > 0) {
        seqs.push(newer.seq)
        secondsMax = Math.max(secondsMax, Math.ceil(ms / 1_000))
      }
      newer = entry
    },
    notes: (readAt: string): ClockNotes | undefined => {
      const ahead = newest === undefined ? 0 : Date.parse(newest.at) - Date.parse(readAt)
      if (seqs.length === 0 && ahead <= aheadMsMax) return undefined
      return {
        ...(seqs.length > 0 && { back: { count: seqs.length, seqs: seqs.slice(0, seqsMax), secondsMax } }),
        ...(ahead > aheadMsMax && { aheadSeconds: Math.ceil(ahead / 1_000) }),
      }
    },
  }
}
