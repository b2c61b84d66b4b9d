// A ticket with what was read beside it, and what is true of it.
import type { Record } from './causes-told.ts'

export type RootCauseCase = {
  readonly input: {
    readonly ticket: Record
    readonly records: readonly Record[]
    readonly unread: readonly { readonly name: string; readonly reason: string }[]
    readonly timeZone?: string
  }
  /** Facts that tell the cause. Empty: what was read does not have it, and nothing may be said to be it. */
  readonly cause: readonly string[]
  /** Changes that came after the onset, by their facts. */
  readonly late: readonly string[]
  /** Milliseconds; undefined where the ticket does not say it. */
  readonly onset?: number | undefined
}
