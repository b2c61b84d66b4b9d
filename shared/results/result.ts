// A result of a feature that is made because something happened: the evidence is read from the product that says so, and what the feature answers
// is written there once.
import type * as z from 'zod'
import { plainDigest } from '../auth/plain-digest.ts'
import { AppError } from '../errors.ts'
import type { EffectNames } from '../effects/sweep.ts'
import type { FeatureAnswer } from '../features/feature-answer.ts'
import type { Answerable, Feature } from '../features/feature.ts'
import type { AiResultPut, AiResultSeen } from '../peers/ai-result/results.ts'
import type { unavailableReasons } from '../peers/ai-result/contract.ts'
import type { Services } from '../services.ts'
import type { ResultTables } from './result-table.ts'

export type Unavailable = {
  readonly state: 'unavailable'
  readonly reference: string
  readonly text: string
  readonly reason: (typeof unavailableReasons)[number]
}

/** What every result says of how it was made. */
export type Made = {
  readonly state: 'available'
  readonly reference: string
  readonly model: string
  readonly label?: string
  readonly promptVersion: string
  readonly leftOut: number
  readonly madeAt: string
}

export type Question = {
  /** Fits the feature's schema. */
  readonly input: unknown
  /** Whose evidence it is; empty for no client. */
  readonly clientId: string
  /** Evidence that did not fit. */
  readonly leftOut: number
  /** What of the answer is written, in the words of the product. */
  readonly contentOf: (answer: never) => object
}

/** `not-there`: the product has no such record. `none`: it has, and nothing in it to tell of. */
export type Evidence = Question | 'not-there' | 'none'

export type ResultDefinition<Peer, Draft extends z.ZodType> = EffectNames & {
  /** As logs name it: `ai.attack_narrative`. */
  readonly name: string
  /** What its references begin with. */
  readonly refPrefix: string
  readonly tables: ResultTables<Draft>
  readonly feature: Answerable & Pick<Feature, 'input'>
  /** What a person reads where there is no result. */
  readonly unavailableText: string
  /** What is written: what the tables keep until the product has it. */
  readonly draft: Draft
  readonly peer: (services: Services) => Promise<Peer>
  /** @throws NotYet while the product is still putting it together */
  readonly evidence: (peer: Peer, services: Services, subject: Subject) => Promise<Evidence>
  /** What stands in the product now. */
  readonly find: (peer: Peer, subject: Subject) => Promise<AiResultSeen | undefined>
  /** Undefined when the product does not have the record. */
  readonly put: (
    peer: Peer,
    subject: Subject,
    result: z.output<Draft> | Unavailable,
  ) => Promise<AiResultPut | undefined>
}

/** The product has told of it and does not show it yet: the message is sent again later, and nothing is tried at once. */
export class NotYet extends AppError {
  constructor(message: string) {
    super('conflict', message)
  }
}

/** What a result is about. */
export type Subject = { readonly tenantId: string; readonly subjectId: string }

/** The same for everybody who asks for the result of one record. */
export const referenceOf = ({ refPrefix }: { readonly refPrefix: string }, { tenantId, subjectId }: Subject): string =>
  plainDigest(JSON.stringify([tenantId, subjectId]), refPrefix)

/** How it was made, from what the feature has answered. */
export const madeBy = (
  { model, label, promptVersion }: FeatureAnswer,
  { reference, leftOut, now }: { readonly reference: string; readonly leftOut: number; readonly now: Date },
): Made => ({
  state: 'available',
  reference,
  model,
  ...(label !== undefined && { label }),
  promptVersion,
  leftOut,
  madeAt: now.toISOString(),
})
