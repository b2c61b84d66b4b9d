// The shape of a function that carries out commands: work that one Function App of this suite asks of another, through that app's queue.
import * as z from 'zod'
import type { SettingName } from '../config/settings.ts'
import { AppError } from '../errors.ts'
import type { FlowClient } from '../flows/flow-client.ts'
import type { Services } from '../services.ts'
import { currentTrace, newTrace, outgoingTraceparent } from '../telemetry/trace.ts'
import type { HandledOutcome } from './subscriber.ts'

/** What a command says. Like an event it names things by their ids, and holds no secret. */
export type CommandKind<Data extends z.ZodType = z.ZodType> = {
  /** `<product>.<noun>.<verb>`. */
  readonly type: string
  /** A queue of `shared/bus/entities.json` that no topic forwards to. */
  readonly queue: string
  readonly data: Data
}

const Command = z.strictObject({
  id: z.string().min(1).max(100),
  type: z.string(),
  tenantid: z.string().min(1),
  traceparent: z.string().optional(),
  data: z.unknown(),
})
export type Command = z.infer<typeof Command>

/**
 * The message to send. @param id the same command has the same id within the minutes for which its queue remembers it
 * @throws AppError `internal` for data that breaks its schema
 */
export const commandMessage = <Data extends z.ZodType>(
  kind: CommandKind<Data>,
  { id, tenantId, data }: { readonly id: string; readonly tenantId: string; readonly data: z.input<Data> },
) => {
  const checked = kind.data.safeParse(data)
  if (!checked.success)
    throw new AppError('internal', `A command ${kind.type} could not be made.`, { cause: checked.error })
  const traceparent = outgoingTraceparent(currentTrace() ?? newTrace())
  const command: Command = { id, type: kind.type, tenantid: tenantId, traceparent, data: checked.data }
  return {
    messageId: id,
    body: JSON.stringify(command),
    contentType: 'application/json',
    properties: { type: kind.type },
  }
}

/** @throws AppError `event-not-understood` for what is no command of this kind */
export const readCommand = <Data extends z.ZodType>(
  kind: CommandKind<Data>,
  json: unknown,
): Command & { readonly data: z.output<Data> } => {
  const command = Command.safeParse(json)
  if (!command.success || command.data.type !== kind.type)
    throw new AppError('event-not-understood', `The message cannot be handled: it is no command ${kind.type}.`, {
      cause: command.error,
    })
  const data = kind.data.safeParse(command.data.data)
  if (!data.success)
    throw new AppError(
      'event-not-understood',
      `The message cannot be handled: the data of ${kind.type} breaks its schema.`,
      {
        cause: data.error,
      },
    )
  return { ...command.data, data: data.data }
}

type Definition<Data extends z.ZodType> = {
  /** `<product>-<verb>-<noun>-command`. */
  readonly name: string
  readonly summary: string
  readonly command: CommandKind<Data>
  /** As incidents name them. */
  readonly integration: string
  readonly operation: string
  readonly severity?: 'high' | 'normal'
  readonly needs?: readonly SettingName[]
  /** As of a subscriber. */
  readonly minutesMax?: number
  /** It starts orchestrations. */
  readonly flows?: true
  /** As of a subscriber: it may be called twice for one command, late, and out of order. */
  readonly handler: (input: {
    readonly tenantId: string
    readonly data: z.output<Data>
    readonly services: Services
    readonly signal: AbortSignal
    /** Only with `flows: true`. */
    readonly flows: () => Promise<FlowClient>
  }) => Promise<HandledOutcome>
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
