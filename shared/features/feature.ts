// A feature of the AI Platform as data: everything that the door, the OpenAPI document, the metering and the tests need to know of it (AI-1).
import type * as z from 'zod'
import type { CallerRule } from '../auth/caller.ts'
import type { Message, ModelClass } from '../ai/providers/provider.ts'
import type { Instruction, PromptPart } from '../ai/safety/prompt-parts.ts'
import type { Freshness } from '../http/cache-control.ts'
import type { Asker } from './limited-call.ts'
import type { EffectiveSettings } from '../tenants/tenant-settings.ts'
import { type NamedSchema, type SchemaNamed, type SchemaSource, sourceOf } from '../triggers/schema-source.ts'

/** The products that ask for features. A key of one opens no feature of another. */
export const namespaces = ['code', 'psa', 'crm', 'voice', 'books', 'defend'] as const
export type Namespace = (typeof namespaces)[number]

/** What is sent to the model for one input. */
export type FeaturePrompt<Input> = {
  /** Goes up with every change of the words, so that an answer can be traced to what was asked: `1`, `2`. */
  readonly version: string
  /** What holds for every input. */
  readonly system: Instruction
  /** Instructions are the feature's own words; whatever comes from the input is data. */
  readonly parts: (input: Input) => readonly PromptPart[]
  /** What was said before: user and assistant in turn, the user first. */
  readonly earlier?: (input: Input) => readonly (Message & { readonly role: 'user' | 'assistant' })[]
  /** URLs of the input, to which the answer may link; to none without it. */
  readonly links?: (input: Input) => readonly string[]
}

/** That an answer may be kept and given again for the same input, the same prompt and the same deployments. */
export type CacheRule = {
  readonly keepForHours: number
  /** `organization`: the input holds nothing that is personal to who asks. `person`: it is kept for the one who asked alone. */
  readonly of: 'organization' | 'person'
}

/** What is wrong with an answer, as the model is told: `answers[3].due`, `is later than the call`. */
export type AnswerFault = { readonly path: readonly (string | number)[]; readonly message: string }

type Shape<C, I extends NamedSchema<C>, O extends NamedSchema<C> | 'text'> = {
  /** Unique; at most 48 of `a-z -`. It is the last segment of the route. */
  readonly name: string
  readonly namespace: Namespace
  /** One line for the OpenAPI document. */
  readonly summary: string
  /** People, beside the keys of the namespace's product. */
  readonly people?: readonly Extract<CallerRule, { kind: 'session' }>[]
  readonly contract: () => Promise<C>
  readonly input: I
  /** The schema that the answer has to fit, or `text`: prose in Markdown, which can be streamed. */
  readonly output: O
  readonly prompt: () => Promise<FeaturePrompt<z.output<SchemaNamed<C, I>>>>
  /** Completes the input by what the organization has set. Its result is what prompt, checks and rules are given. */
  readonly settle?: () => Promise<
    (input: z.output<SchemaNamed<C, I>>, settings: EffectiveSettings) => z.output<SchemaNamed<C, I>>
  >
  /** How well the model has to think; settings say which deployments that are. */
  readonly modelClass: Exclude<ModelClass, 'audio'>
  /** Tokens that an answer may have at most. Tight: they count against the tenant's limits before the answer is there. */
  readonly ceiling: number
  /** How long a caller waits, with queue, tries and repair: milliseconds. */
  readonly waitMs: number
  /** Largest body in bytes, 262,144 unless told. */
  readonly inputBytesMax?: number
  /**
   * The sentences beside a member `evidence` name no figure, host, path or id that is in none of the sources which that evidence names. Of a
   * feature of text: a statement that names one which the model was not given says so itself.
   */
  readonly isGrounded?: true
  /** Of a feature with a schema: what an answer must also keep to, given the input. The model may mend it once. */
  readonly check?: () => Promise<
    (
      input: z.output<SchemaNamed<C, I>>,
      answer: O extends 'text' ? never : z.output<SchemaNamed<C, O>>,
    ) => readonly AnswerFault[]
  >
  /**
   * What is answered when no model can be asked, or none of its answers fits. Made from the input by rule, and labelled so. The rules are
   * given the input without its secrets, whoever calls them. A feature of text without rules quotes.
   */
  readonly fallback?: () => Promise<
    (input: z.output<SchemaNamed<C, I>>) => O extends 'text' ? string : z.input<SchemaNamed<C, O>>
  >
  /** Of a feature of text without rules: sentences of its sources are quoted when a model fails, as they are when there is none. */
  readonly quotesInstead?: true
  /** Left out: each question is asked anew. */
  readonly cached?: CacheRule
  /** Whom the answer may be shown to: a draft for the people of the tenant, or also clients once a person has approved it. */
  readonly audience: 'internal' | 'client'
}

/** A feature whose types have served their purpose; its schemas still hold what comes in and goes out to them. */
export type Feature = Omit<
  Shape<object, SchemaSource, SchemaSource>,
  'contract' | 'output' | 'prompt' | 'settle' | 'check' | 'fallback'
> & {
  readonly output: SchemaSource | 'text'
  readonly prompt: () => Promise<FeaturePrompt<never>>
  readonly settle?: () => Promise<(input: never, settings: EffectiveSettings) => unknown>
  readonly check?: () => Promise<(input: never, answer: never) => readonly AnswerFault[]>
  readonly fallback?: () => Promise<(input: never) => unknown>
}

/** What of a feature an answer is made by. */
export type Answerable = Pick<
  Feature,
  | 'name'
  | 'output'
  | 'prompt'
  | 'settle'
  | 'modelClass'
  | 'ceiling'
  | 'waitMs'
  | 'fallback'
  | 'quotesInstead'
  | 'audience'
  | 'check'
  | 'isGrounded'
  | 'cached'
>

/** Declares a feature. Nothing happens until an app lists it. */
export const feature = <C, const I extends NamedSchema<C>, const O extends NamedSchema<C> | 'text'>({
  contract,
  input,
  output,
  fallback,
  ...shape
}: Shape<C, I, O>): Feature =>
  ({
    ...shape,
    ...(fallback && { fallback: withoutSecrets(fallback as () => Promise<(input: unknown) => unknown>) }),
    input: sourceOf(contract, input as NamedSchema<C>),
    output: output === 'text' ? 'text' : sourceOf(contract, output as NamedSchema<C>),
  }) as unknown as Feature

const withoutSecrets = (load: () => Promise<(input: unknown) => unknown>) => async () => {
  const [byRule, { ruleInput }] = await Promise.all([load(), import('./rule-input.ts')])
  return (input: unknown): unknown => byRule(ruleInput(input))
}

export const inputBytesMaxUsual = 262_144

/** One request to a feature. */
export type FeatureRequest = Asker & {
  /** Has passed the feature's schema. */
  readonly input: unknown
  /** Nobody waits who could ask otherwise: rules answer what a model does not take or may not say. */
  readonly isUnattended?: true
  /** Whether an answer that was kept will do; default `any`. */
  readonly freshness?: Freshness
}
