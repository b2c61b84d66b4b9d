// Sync Now, as the app that serves people asks it of the app that has the settings of CMDB.
import { randomUUID } from 'node:crypto'
import type { Queues } from '../../../shared/bus/queues.ts'
import type { CommandKind } from '../../../shared/triggers/command.ts'
import type { SyncCommandData } from './sync-command-data.ts'

export const syncCommand: CommandKind<typeof SyncCommandData> = {
  type: 'code.cmdb.sync',
  queue: 'code-cmdb-commands',
  data: async () => (await import('./sync-command-data.ts')).SyncCommandData,
}

/** Sending it again does no harm: the sync is started once. @throws AppError `bus-unavailable` */
export const sendSyncCommand = async (
  queues: Pick<Queues, 'send'>,
  { tenantId, requestId }: { readonly tenantId: string; readonly requestId: string },
): Promise<void> => {
  const { commandMessage } = await import('../../../shared/triggers/command-message.ts')
  const message = await commandMessage(syncCommand, { id: randomUUID(), tenantId, data: { requestId } })
  return queues.send(syncCommand.queue, message)
}
