// A call to a model, whichever provider carries it out: what goes in, the parts that come back, how it ended, what it used.
import { AppError } from '../../errors.ts'
import type { WorkSpan } from '../../telemetry/span.ts'

export const modelClasses = ['fast', 'deep', 'audio'] as const

/** What a feature asks for; a setting says which deployments serve it, in which order. */
export type ModelClass = (typeof modelClasses)[number]

export type Message = { readonly role: 'system' | 'user' | 'assistant'; readonly content: string }

/** A text that the prompt shows. The embedded provider, which cannot follow a prompt, answers from these alone. */
export type Material = { readonly id: string; readonly text: string }

/** The answer is to be JSON of this schema (JSON Schema, draft 2020-12). It is asked for, not checked: whoever calls does that. */
export type OutputSchema = {
  /** 1 to 64 of `A-Z a-z 0-9 _ -`. */
  readonly name: string
  readonly schema: Readonly<Record<string, unknown>>
}

/** A recording to be written down, by a model of the class `audio`. The message of the user is what was said before it, to go on from. */
export type Audio = {
  /** Of at most 25 MB: providers take no more at once. */
  readonly file: File
  /** As whoever recorded it says. */
  readonly seconds: number
}

/** Deployments that are kept for some callers. */
export type Lane = 'enterprise'

export type ModelCall = {
  /** System messages first, then user and assistant in turn, a user's last. */
  readonly messages: readonly Message[]
  /** Tokens that the answer may have at most. */
  readonly ceiling: number
  readonly output?: OutputSchema
  /** Whoever asks has rules of its own for when there is no model: the embedded provider quotes nothing, and leaves it to them. */
  readonly isLeftToRules?: true
  /** 0 to 2. Left out where the model does not take it. */
  readonly temperature?: number
  readonly stop?: readonly string[]
  readonly material?: readonly Material[]
  /** What a person asks about the material, which the messages show as well: by this alone the embedded provider looks for an answer. */
  readonly question?: string
  /** The answer is then JSON as `Heard` of `transcription-wire.ts` says. */
  readonly audio?: Audio
  /** Deployments of this lane come before the shared ones; without it they are not used. */
  readonly lane?: Lane
  /** The caller left: the upstream call ends at once, and the iterator throws `caller-gone`. */
  readonly signal: AbortSignal
  /** The whole call, with all its attempts, has ended by then: milliseconds from now. */
  readonly deadlineMs: number
  /** Of the whole call: each attempt is one below it. */
  readonly span?: WorkSpan
  /** Called once for each attempt that was sent to a provider, however it ended, before the iterator ends: for metering. */
  readonly onUsed?: (use: ModelUse) => void
}

export type Usage = {
  /** All of the prompt, cached tokens among them. */
  readonly promptTokens: number
  readonly cachedTokens: number
  /** All of the answer, reasoning among it. */
  readonly answerTokens: number
  readonly reasoningTokens: number
  /** Of a recording: as the provider measured it, else as its recorder says. Its tokens are among those of the prompt. */
  readonly audioSeconds?: number
  /** The provider did not say: counted from the bytes, three to a token. */
  readonly estimated: boolean
}

export type ModelUse = {
  readonly provider: string
  readonly deployment: string
  /** As the provider names it, else the deployment. */
  readonly model: string
  readonly outcome: 'complete' | 'cut-off' | 'cancelled' | 'refused'
  readonly usage: Usage
}

/**
 * - `complete`: the model said all it had to say
 * - `ceiling`: it reached the ceiling, or the end of its window
 * - `filtered`: the provider's content filter cut the answer off
 * - `declined`: the model refused to answer
 * - `unsuited`: the provider cannot answer in the form that was asked for (embedded, of JSON): the feature's own fallback is due
 */
export type FinishReason = 'complete' | 'ceiling' | 'filtered' | 'declined' | 'unsuited'

/** What a content filter said. */
export type FilterFinding = {
  readonly of: 'prompt' | 'answer'
  /** As the provider names it: `hate`, `jailbreak`. */
  readonly category: string
  readonly severity?: string
  readonly filtered: boolean
}

export type ModelResult = {
  /** The whole answer; the text parts put together. */
  readonly text: string
  readonly finish: FinishReason
  readonly usage: Usage
  readonly provider: string
  readonly deployment: string
  /** As the provider names it; `embedded` when no model was asked. */
  readonly model: string
  /** For a person: where the answer comes from, when it is from no model. */
  readonly label?: string
  readonly filters: readonly FilterFinding[]
  /** Attempts that were made, the last one among them. */
  readonly attempts: number
  readonly firstPartMs: number
}

/** Texts in their order, then one `end`. After `retract` what was shown before is to be taken back: a filter found something late. */
export type ModelPart =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'retract' }
  | { readonly kind: 'end'; readonly result: ModelResult }

/** An answer on its way. Leaving the loop early cancels the call. */
export type ModelAnswer = AsyncIterable<ModelPart>

/**
 * Waits for the whole answer.
 * @throws AppError `model-cut-off` when it broke off; what the iterator throws
 */
export const wholeAnswer = async (answer: ModelAnswer): Promise<ModelResult> => {
  for await (const part of answer) if (part.kind === 'end') return part.result
  throw new AppError('model-cut-off', 'The answer ended without its last part. Ask again.')
}
