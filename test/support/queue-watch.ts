// Looks into the queues of the subscribers without taking anything out: what waits, is in work, or is to come later.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { ServiceBusClient } from '@azure/service-bus'
import Long from 'long'
import { z } from 'zod'
import { projectFolder } from '../../local/parts.ts'

const Queues = z.object({ queues: z.array(z.object({ name: z.string() })) })

export const queueNames: readonly string[] = Queues.parse(
  JSON.parse(readFileSync(join(projectFolder, 'shared/bus/entities.json'), 'utf8')),
).queues.map(({ name }) => name)

export type QueueWatch = {
  /** The queues that have something left, each with up to 100 ids of messages; dead letters as `<queue>/$DeadLetterQueue`. */
  readonly left: () => Promise<Readonly<Record<string, readonly string[]>>>
  readonly close: () => Promise<void>
}

export const watchQueues = (connectionString: string): QueueWatch => {
  const client = new ServiceBusClient(connectionString)
  const receivers = queueNames.flatMap((name) => [
    [name, client.createReceiver(name)] as const,
    [`${name}/$DeadLetterQueue`, client.createReceiver(name, { subQueueType: 'deadLetter' })] as const,
  ])
  return {
    left: async () => {
      const seen: Record<string, readonly string[]> = {}
      for (const [name, receiver] of receivers) {
        const messages = await receiver.peekMessages(100, { fromSequenceNumber: Long.ZERO })
        if (messages.length > 0) seen[name] = messages.map(({ messageId }) => String(messageId))
      }
      return seen
    },
    close: () => client.close(),
  }
}
