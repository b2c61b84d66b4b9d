// An operation of a peer's contract as data: the client makes it, the stand-in answers it, and neither says again what it is.
import type * as z from 'zod'

export type PeerMethod = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'

export type PeerOperation = {
  readonly method: PeerMethod
  /** Ids are named after a colon: `/v1/tickets/:id/notes`. */
  readonly path: `/${string}`
  /** What an id of the path looks like, where the contract says so. */
  readonly params?: Readonly<Record<string, z.ZodType<string, string>>>
  /** Names of the query's parameters. */
  readonly query?: readonly string[]
  /** Schema of the JSON body, under the name that errors give it: `{ ticket: PsaTicketDraft }`. */
  readonly body?: Readonly<Record<string, z.ZodType>>
  /** Schemas of the JSON answers, by status. */
  readonly answers: Readonly<Record<number, z.ZodType>>
  /** The second POST or PATCH with the same body changes nothing. GET, PUT and DELETE are repeatable in any case. */
  readonly repeatable?: true
  /** Its body hands over a secret, which is sent as it is. Of all other bodies the secrets are taken out. */
  readonly isSecret?: true
  /** It concerns no organization, and names none. */
  readonly tenantless?: true
  /** Its 200 is a file and no JSON, and read as a `Blob` of at most so many bytes. */
  readonly fileBytesMax?: number
  /** It is made on behalf of a user, whom it names: the peer decides what this user may see. */
  readonly asUser?: true
}

export type PeerContract = {
  /** As a person calls the peer: `PSA`. */
  readonly name: string
  /** Request headers of every call. Without `tenant` the body names the organization. `user` is sent with the calls on behalf of one. */
  readonly headers: { readonly key: string; readonly tenant?: string; readonly user?: string }
  readonly operations: Readonly<Record<string, PeerOperation>>
}

/** Keeps the literal types, by which calls and answers are checked. */
export const peerContract = <const Contract extends PeerContract>(contract: Contract): Contract => contract

/** Ids of the path, by name. */
export type PathParams<Path extends string> = Path extends `${string}/:${infer Name}/${infer Rest}`
  ? { readonly [Key in Name]: string } & PathParams<`/${Rest}`>
  : Path extends `${string}/:${infer Name}`
    ? { readonly [Key in Name]: string }
    : unknown

type BodySchema<Operation extends PeerOperation> = Operation extends {
  readonly body: Readonly<Record<string, infer Schema extends z.ZodType>>
}
  ? Schema
  : never

/** The body as it is given to a call; `undefined` where there is none. */
export type BodyGiven<Operation extends PeerOperation> = [BodySchema<Operation>] extends [never]
  ? undefined
  : z.input<BodySchema<Operation>>

/** The body as it is read by who answers. */
export type BodyRead<Operation extends PeerOperation> = [BodySchema<Operation>] extends [never]
  ? undefined
  : z.output<BodySchema<Operation>>

/** In words, for errors and logs: `createTicket` is `create ticket`. */
export const wordsOf = (operation: string): string =>
  operation.replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)
