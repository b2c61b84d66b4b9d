// The shape of one step of an orchestration: it does the work, may be tried again, and may run twice.
import type * as z from 'zod'
import type { SettingName } from '../config/settings.ts'
import type { HandlerTools } from './handler-tools.ts'
import { type NamedSchema, type SchemaNamed, type SchemaSource, sourceOf } from './schema-source.ts'
import type { Uses } from './uses.ts'

/** Whose work it is, as the orchestration was started for it. */
export type FlowIdentity = { readonly tenantId: string; readonly requestId: string }

type Definition<C, Input extends NamedSchema<C>, Output extends NamedSchema<C>> = {
  /** `<product>-<verb>-<noun>`. */
  readonly name: string
  readonly summary: string
  readonly needs?: readonly SettingName[]
  readonly uses?: Uses
  /** Where the schemas are that `input` and `returns` name; loaded when the step first runs. */
  readonly contract?: () => Promise<C>
  /** Ids and small facts, never documents or secrets: what goes in and out is kept in the orchestration's history. */
  readonly input: Input
  readonly returns: Output
  /**
   * The work. An `AppError` whose code is retried (`shared/error-table.ts`) has the step tried again later, for 24 hours; any other ends the
   * orchestration, unless it catches it.
   */
  readonly handler: (
    step: HandlerTools & FlowIdentity & { readonly input: z.output<SchemaNamed<C, Input>> },
  ) => Promise<z.input<SchemaNamed<C, Output>>>
}

export type ActivityDefinition<Input extends z.ZodType = z.ZodType, Output extends z.ZodType = z.ZodType> = Omit<
  Definition<object, SchemaSource, SchemaSource>,
  'contract' | 'handler'
> & {
  readonly kind: 'activity'
  readonly handler: (step: never) => Promise<unknown>
  /** Never set: carries the types. */
  readonly types?: { readonly input: z.input<Input>; readonly output: z.output<Output> }
}

export type InputOf<Activity extends ActivityDefinition> = NonNullable<Activity['types']>['input']
export type OutputOf<Activity extends ActivityDefinition> = NonNullable<Activity['types']>['output']

/** Declares an activity. Nothing happens until `register` hands it to an app. */
export const activity = <const Input extends NamedSchema<C>, const Output extends NamedSchema<C>, C = object>({
  contract,
  input,
  returns,
  ...definition
}: Definition<C, Input, Output>): ActivityDefinition<SchemaNamed<C, Input>, SchemaNamed<C, Output>> => ({
  kind: 'activity',
  ...definition,
  input: sourceOf(contract, input),
  returns: sourceOf(contract, returns),
})
