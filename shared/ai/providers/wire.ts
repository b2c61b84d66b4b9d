// What is to be known of a wire: how a call is written in it, and how the events of its answer are read.
import type { Credential } from './credential.ts'
import type { Deployment } from './deployment.ts'
import type { FilterFinding, FinishReason, ModelCall } from './provider.ts'

/** What was read so far. */
export type WireState = {
  model: string | undefined
  finish: FinishReason | undefined
  /** Tokens, as far as the provider said; of the answer cumulative. */
  usage: { prompt?: number; cached?: number; answer?: number; reasoning?: number; audioSeconds?: number }
  readonly filters: FilterFinding[]
  /** The model refuses: what comes is no answer. */
  isDeclined: boolean
  /** The end marker of the wire was seen: without it an answer is cut off, whatever it says. */
  isWhole: boolean
  /** Nothing comes after it. */
  isOver: boolean
}

export const newWireState = (): WireState => ({
  model: undefined,
  finish: undefined,
  usage: {},
  filters: [],
  isDeclined: false,
  isWhole: false,
  isOver: false,
})

/** Of one event: text of the answer, or that the text before it is to be taken back. */
export type WireRead = { readonly text?: string; readonly retract?: true }

export type Wire = {
  readonly path: string
  readonly bodyOf: (call: ModelCall, deployment: Deployment) => Readonly<Record<string, unknown>>
  readonly headersOf: (deployment: Deployment) => Readonly<Record<string, string>>
  /** How a key is sent. */
  readonly keyHeader: (deployment: Deployment) => string
  /**
   * Takes what the event says into the state.
   * @throws ModelFailure for an error that it reports; SyntaxError when it is no JSON
   */
  readonly read: (state: WireState, data: string) => WireRead
}

/** A call on its way. */
export type Sending = {
  readonly wire: Wire
  readonly deployment: Deployment
  readonly call: ModelCall
  readonly credential: Credential
  readonly signal: AbortSignal
}

/** For a provider that takes no schema: the prompt says it. */
export const schemaInWords = ({ output }: ModelCall): string =>
  `Answer with JSON alone, without any other words, that fits this JSON schema: ${JSON.stringify(output?.schema)}`
