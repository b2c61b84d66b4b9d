// What filing works with: who files, what is wanted, and how each finding stands between this suite and PSA.
import type { Made } from '../../../shared/effects/effect-row.ts'
import type { ReadPsaTicket } from '../../../shared/peers/psa/answers.ts'
import type { PsaClient } from '../../../shared/peers/psa/client.ts'
import type { PsaPriority } from '../../../shared/peers/psa/ticket-contract.ts'
import type { Row } from '../../../shared/store/entity.ts'
import type { Store } from '../../../shared/store/store.ts'
import type { Finding } from './finding.ts'
import type { Claim, Ticket } from './ticket-table.ts'

export type Filing = {
  readonly store: Store
  readonly psa: PsaClient
  readonly now: () => Date
  readonly tenantId: string
  /** Who asked for it: `user:<id>` or `key:<id>`. */
  readonly filedBy: string
}

/** A ticket that PSA has made. */
export type MadeTicket = Made<Ticket>

/** A finding that is free of secrets, with what makes it the same in every scan. */
export type Wanted = {
  readonly finding: Finding
  readonly fingerprint: string
  /** Ids under which others know it. */
  readonly advisories: readonly string[]
}

/** A finding as it stands now: with its claim and ticket, or with neither. */
export type Standing = Wanted & {
  readonly claim?: Row<Claim>
  readonly ticket?: Row<Ticket>
  /** The ticket as PSA has it now; absent when PSA does not have it (any more). */
  readonly psaTicket?: ReadPsaTicket | undefined
}

/** A finding whose ticket is there on both sides. */
export type Known = Wanted & {
  readonly claim: Row<Claim>
  readonly ticket: Row<Ticket> & { readonly value: MadeTicket }
  readonly psaTicket: ReadPsaTicket
}

type Outcome = 'created' | 'existing' | 'noted' | 'reopened'

export type Filed = {
  readonly outcome: Outcome
  readonly ticket: MadeTicket
  /** Members of the finding that have changed and were noted on the ticket. */
  readonly changed: readonly string[]
  /** Members that differ and were left as they were: the detection is none that the ticket does not know. */
  readonly ignored: readonly string[]
  readonly priorityRaisedTo?: PsaPriority
}

/** What came of the findings of one ticket. */
export type FiledTicket = Pick<Filed, 'outcome' | 'ticket' | 'priorityRaisedTo'>
