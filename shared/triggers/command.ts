// The shape of a function that carries out commands: work that one Function App of this suite asks of another, through that app's queue.
import type * as z from 'zod'
import type { SettingName } from '../config/settings.ts'
import type { Integration } from '../integrations.ts'
import type { FlowClient } from '../flows/flow-client.ts'
import type { HandlerTools } from './handler-tools.ts'
import type { SchemaSource } from './schema-source.ts'
import type { HandledOutcome } from './subscriber.ts'
import type { Uses } from './uses.ts'

/** What a command says. Like an event it names things by their ids, and holds no secret. */
export type CommandKind<Data extends z.ZodType = z.ZodType> = {
  /** `<product>.<noun>.<verb>`. */
  readonly type: string
  /** A queue of `shared/bus/entities.json` that no topic forwards to. */
  readonly queue: string
  readonly data: SchemaSource<Data>
}

type Definition<Data extends z.ZodType> = {
  /** `<product>-<verb>-<noun>-command`. */
  readonly name: string
  readonly summary: string
  readonly command: CommandKind<Data>
  /** As incidents name them. */
  readonly integration: Integration
  readonly operation: string
  readonly severity?: 'high' | 'normal'
  readonly needs?: readonly SettingName[]
  readonly uses?: Uses
  /** As of a subscriber. */
  readonly minutesMax?: number
  /** It starts orchestrations. */
  readonly flows?: true
  /** As of a subscriber: it may be called twice for one command, late, and out of order. */
  readonly handler: (
    input: HandlerTools & {
      readonly tenantId: string
      readonly data: z.output<Data>
      readonly signal: AbortSignal
      /** Only with `flows: true`. */
      readonly flows: () => Promise<FlowClient>
    },
  ) => Promise<HandledOutcome>
}

export type CommandDefinition = Omit<Definition<z.ZodType>, 'handler'> & {
  readonly kind: 'command'
  readonly queue: string
  readonly handler: (input: never) => Promise<HandledOutcome>
}

const neededByAll = ['DATA_STORAGE', 'SERVICE_BUS', 'MESSAGE_RETRY_SECONDS'] as const

/** Declares a command function. Nothing happens until `register` hands it to an app. */
export const command = <Data extends z.ZodType>(definition: Definition<Data>): CommandDefinition => ({
  kind: 'command',
  ...definition,
  queue: definition.command.queue,
  needs: [...new Set<SettingName>([...neededByAll, ...(definition.needs ?? [])])],
})
