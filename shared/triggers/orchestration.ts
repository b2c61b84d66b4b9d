// The shape of an orchestration: steps in order, kept as a history that is replayed, so that it goes on after any crash.
import type { Task } from 'durable-functions'
import type { SettingName } from '../config/settings.ts'
import type { FlowProgress } from '../flows/flow-client.ts'
import type { Integration } from '../integrations.ts'
import type { ActivityDefinition, FlowIdentity, InputOf, OutputOf } from './activity.ts'
import type { Uses } from './uses.ts'

/**
 * What an orchestration works with. It must come out the same each time that it is replayed: no clock, no random numbers, no environment
 * and no I/O but through this (a lint rule holds files named `orchestration.ts` to that).
 */
export type Flow = FlowIdentity & {
  /** The time of the present step, the same in every replay. */
  readonly now: () => Date
  /** `const made = yield* flow.call(makeProject, { … })`. Throws `FlowFailure` when the step failed for good. */
  readonly call: <Activity extends ActivityDefinition>(
    activity: Activity,
    input: InputOf<Activity>,
  ) => Generator<Task, OutputOf<Activity>, unknown>
  /** The same step for several inputs, at most so many at a time. Results in the order of the inputs. */
  readonly callEach: <Activity extends ActivityDefinition>(
    activity: Activity,
    inputs: readonly InputOf<Activity>[],
    options: { readonly atOnce: number },
  ) => Generator<Task, readonly OutputOf<Activity>[], unknown>
  /** @param time as a step gave it, or reckoned from `now` */
  readonly sleepUntil: (time: Date | string) => Generator<Task, void, unknown>
  /**
   * What this work is about, where success with one thing says nothing of another: a kind of document, a product. From here on incidents name it,
   * and only success with the same closes them.
   */
  readonly about: (subject: string) => void
  /** Shown by the progress endpoint. */
  readonly progress: (progress: FlowProgress) => void
}

export type OrchestrationDefinition = {
  readonly kind: 'orchestration'
  /** `<product>-<noun>-flow`. */
  readonly name: string
  readonly summary: string
  /** The pair of products and the direction, and what it does, as incidents say it. */
  readonly integration: Integration
  readonly operation: string
  readonly needs?: readonly SettingName[]
  readonly uses?: Uses
  /** A generator. What it returns is kept with the request as its result. */
  readonly handler: (flow: Flow) => Generator<Task, FlowProgress, unknown>
}

/** Declares an orchestration. Nothing happens until `register` hands it to an app. */
export const orchestration = (definition: Omit<OrchestrationDefinition, 'kind'>): OrchestrationDefinition => ({
  kind: 'orchestration',
  ...definition,
})
