// The start of a rotation, as the app that serves people asks it of the app that carries it out.
import { randomUUID } from 'node:crypto'
import type { Queues } from '../../../shared/bus/queues.ts'
import type { CommandKind } from '../../../shared/triggers/command.ts'
import type { RotationCommandData } from './rotation-command-data.ts'

export const rotationCommand: CommandKind<typeof RotationCommandData> = {
  type: 'ai.key.rotate',
  queue: 'ai-key-commands',
  data: async () => (await import('./rotation-command-data.ts')).RotationCommandData,
}

/** Sending it again does no harm: the rotation is started once. @throws AppError `bus-unavailable` */
export const sendRotationCommand = async (
  queues: Pick<Queues, 'send'>,
  { tenantId, rotationId }: { readonly tenantId: string; readonly rotationId: string },
): Promise<void> => {
  const { commandMessage } = await import('../../../shared/triggers/command-message.ts')
  const message = await commandMessage(rotationCommand, { id: randomUUID(), tenantId, data: { rotationId } })
  return queues.send(rotationCommand.queue, message)
}
