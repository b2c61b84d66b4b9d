// The shape of one step of an orchestration: it does the work, may be tried again, and may run twice.
import type * as z from 'zod'
import type { SettingName } from '../config/settings.ts'
import type { HandlerTools } from './handler-tools.ts'
import type { SchemaSource } from './schema-source.ts'

/** Whose work it is, as the orchestration was started for it. */
export type FlowIdentity = { readonly tenantId: string; readonly requestId: string }

type Definition<Input extends z.ZodType, Output extends z.ZodType> = {
  /** `<product>-<verb>-<noun>`. */
  readonly name: string
  readonly summary: string
  readonly needs?: readonly SettingName[]
  /** Ids and small facts, never documents or secrets: what goes in and out is kept in the orchestration's history. */
  readonly input: SchemaSource<Input>
  readonly returns: SchemaSource<Output>
  /**
   * The work. An `AppError` whose code is retried (`shared/error-table.ts`) has the step tried again later, for 24 hours; any other ends the
   * orchestration, unless it catches it.
   */
  readonly handler: (
    step: HandlerTools & FlowIdentity & { readonly input: z.output<Input> },
  ) => Promise<z.input<Output>>
}

export type ActivityDefinition<Input extends z.ZodType = z.ZodType, Output extends z.ZodType = z.ZodType> = Omit<
  Definition<Input, Output>,
  'handler'
> & {
  readonly kind: 'activity'
  readonly handler: (step: never) => Promise<unknown>
  /** Never set: carries the types. */
  readonly types?: { readonly input: z.input<Input>; readonly output: z.output<Output> }
}

export type InputOf<Activity> = Activity extends ActivityDefinition<infer Input> ? z.input<Input> : never
export type OutputOf<Activity> = Activity extends ActivityDefinition<z.ZodType, infer Output> ? z.output<Output> : never

/** Declares an activity. Nothing happens until `register` hands it to an app. */
export const activity = <Input extends z.ZodType, Output extends z.ZodType>(
  definition: Definition<Input, Output>,
): ActivityDefinition<Input, Output> => ({ kind: 'activity', ...definition })
