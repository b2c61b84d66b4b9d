// What one call to a peer says: the operation, the request, and the answers that are part of its contract.
import type * as z from 'zod'
import type { Reading } from '../schema/reading.ts'
import type { PeerMethod } from './operation.ts'
import type { PeerPath } from './peer-path.ts'

/**
 * Statuses that the caller wants to see, each with what is read of its JSON body (`z.undefined()` for an empty one). A peer may add a member
 * or a word at any time, so no answer is read by an exact schema.
 */
export type PeerAnswers = Readonly<Record<number, Reading>>

/** One of the declared statuses with its parsed body: a union to switch over by `status`. */
export type PeerAnswer<Answers extends PeerAnswers> = {
  [Status in keyof Answers & number]: { readonly status: Status; readonly body: z.output<Answers[Status]> }
}[keyof Answers & number]

/** In the place of an organization, for calls that concern none: no organization has this id. */
export const noTenant = '*'

export type PeerCall<Answers extends PeerAnswers> = {
  /** In words, for errors and logs: `create ticket`. */
  readonly operation: string
  /** Whose call it is: each tenant has a circuit breaker of its own. */
  readonly tenantId: string
  readonly method: PeerMethod
  readonly path: PeerPath
  readonly query?: Readonly<Record<string, string | number | undefined>>
  /** What the contract asks for beside the headers that every call has. */
  readonly headers?: Readonly<Record<string, string>>
  /** Sent as JSON. */
  readonly body?: unknown
  /** The body hands over a secret: it is sent as it is. */
  readonly isSecret?: boolean
  readonly answers: Answers
  /** A POST or PATCH that may be repeated, since the contract makes the second one change nothing. */
  readonly idempotent?: boolean
  /** The 200 is a file of at most so many bytes: its body is read as a `Blob`, which takes longer than JSON may. */
  readonly fileBytesMax?: number
  /** Sent as `Idempotency-Key`; makes the call one that may be repeated. */
  readonly idempotencyKey?: string
}

/** One call that changes something at a peer, for whoever records those. */
export type PeerWrite = {
  readonly peer: string
  readonly operation: string
  readonly tenantId: string
  readonly path: string
  /** The code of the error that it ended in; undefined before it is sent. */
  readonly failure?: string
}

/** GET, PUT and DELETE are idempotent by RFC 9110, section 9.2.2; everything else only if the call says so. */
export const mayBeRepeated = (call: PeerCall<PeerAnswers>): boolean =>
  call.method === 'GET' ||
  call.method === 'PUT' ||
  call.method === 'DELETE' ||
  call.idempotent === true ||
  call.idempotencyKey !== undefined
