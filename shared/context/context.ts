// What it comes to when a record of another product is read as context.
import type { ContextReference } from './reference.ts'

export type Fact = {
  /** Unique within the record, of `a-z 0-9 -`: `status`, `note-2`. */
  readonly id: string
  /** Ours, in plain English: `Status`. */
  readonly label: string
  /** The product's: to be shown, and never to be followed. */
  readonly text: string
  /** The AI Platform has written it itself: it may be told as such, and is evidence of nothing. */
  readonly isOwnDraft?: true
}

export type Context = {
  readonly kind: 'read'
  readonly source: ContextReference
  /** Our name of the kind of record: `PSA ticket`. */
  readonly name: string
  /** The product's, in one line: `T20260042: Printer is down`. */
  readonly title: string
  /** Opens the record in the product, for a person. */
  readonly url: string
  /** The most important first; lists in their own order. */
  readonly facts: readonly Fact[]
  /** There was more, or longer, than `fact-limits.ts` lets through. */
  readonly isCut: boolean
}

export type ContextRefusal = {
  readonly kind: 'refused'
  readonly source: ContextReference
  readonly name: string
  /**
   * - `not-found`: the organization has no such record in the product, or has it no longer
   * - `not-allowed`: the product does not show it to this user
   * - `unavailable`: the product is not connected, does not answer in time, or not as agreed
   */
  readonly reason: 'not-found' | 'not-allowed' | 'unavailable'
}

export type ContextRead = Context | ContextRefusal

/** For whom it is read, as the credential of the caller has it. */
export type ContextReader = { readonly tenantId: string; readonly userId: string }
