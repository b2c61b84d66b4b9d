// Sync Now, as the app that serves people asks it of the app that has the settings of CMDB.
import { randomUUID } from 'node:crypto'
import * as z from 'zod'
import type { Queues } from '../../../shared/bus/queues.ts'
import { type CommandKind, commandMessage } from '../../../shared/triggers/command.ts'

const SyncCommandData = z.strictObject({ requestId: z.string() })

export const syncCommand: CommandKind<typeof SyncCommandData> = {
  type: 'code.cmdb.sync',
  queue: 'code-cmdb-commands',
  data: SyncCommandData,
}

/** Sending it again does no harm: the sync is started once. @throws AppError `bus-unavailable` */
export const sendSyncCommand = (
  queues: Pick<Queues, 'send'>,
  { tenantId, requestId }: { readonly tenantId: string; readonly requestId: string },
): Promise<void> => {
  const message = commandMessage(syncCommand, { id: randomUUID(), tenantId, data: { requestId } })
  return queues.send(syncCommand.queue, message)
}
