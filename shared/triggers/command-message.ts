// The message that a command travels in.
import * as z from 'zod'
import { AppError } from '../errors.ts'
import { plainWords } from '../schema/plain-words.ts'
import { currentTrace, newTrace, outgoingTraceparent } from '../telemetry/trace.ts'
import type { CommandKind } from './command.ts'
import { schemaOf } from './schema-source.ts'

const Command = z.strictObject({
  id: z.string().min(1).max(100),
  type: z.string(),
  tenantid: z.string().min(1).max(200),
  traceparent: z.string().max(200).optional(),
  data: z.unknown(),
})
export type Command = z.infer<typeof Command>

/**
 * The message to send. @param id the same command has the same id within the minutes for which its queue remembers it
 * @throws AppError `internal` for data that breaks its schema, an id of more than 100 characters, and no tenant
 */
export const commandMessage = async <Data extends z.ZodType>(
  kind: CommandKind<Data>,
  { id, tenantId, data }: { readonly id: string; readonly tenantId: string; readonly data: z.input<Data> },
) => {
  const refuse = (cause: Error): never => {
    throw new AppError('internal', `A command ${kind.type} could not be created.`, { cause })
  }
  const checked = (await schemaOf(kind.data)).safeParse(data, { error: plainWords })
  if (!checked.success) return refuse(checked.error)
  const traceparent = outgoingTraceparent(currentTrace() ?? newTrace())
  const command = Command.safeParse(
    { id, type: kind.type, tenantid: tenantId, traceparent, data: checked.data },
    { error: plainWords },
  )
  if (!command.success) return refuse(command.error)
  return {
    messageId: id,
    body: JSON.stringify(command.data),
    contentType: 'application/json',
    properties: { type: kind.type },
  }
}

/** @throws AppError `event-not-understood` for what is no command of this kind */
export const readCommand = async <Data extends z.ZodType>(
  kind: CommandKind<Data>,
  json: unknown,
): Promise<Command & { readonly data: z.output<Data> }> => {
  const command = Command.safeParse(json, { error: plainWords })
  if (!command.success || command.data.type !== kind.type)
    throw new AppError('event-not-understood', `The message cannot be handled: it is not a command ${kind.type}.`, {
      cause: command.error,
    })
  const data = (await schemaOf(kind.data)).safeParse(command.data.data, { error: plainWords })
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
