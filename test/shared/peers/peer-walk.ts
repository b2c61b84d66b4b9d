// What is walked of each peer: every answer of every function of its client.
import type * as z from 'zod'
import type { PeerClient } from '../../../shared/peer-client/peer-client.ts'

export type Path = readonly (string | number)[]

export type Answer<Client> = {
  readonly status: number
  readonly contract: z.ZodType
  readonly body: object
  readonly ask: (client: Client) => Promise<unknown>
  /** What nobody can do without. */
  readonly needed: readonly string[]
  /** What stands at `from` in the body is returned at `to`. Nothing is, when it is left out. */
  readonly shows?: { readonly from: Path; readonly to: Path }
}

export type PeerWalk<Client> = {
  readonly peer: string
  readonly connect: (connection: PeerClient) => Client
  readonly answers: Readonly<Record<keyof Client & string, readonly Answer<Client>[]>>
}
