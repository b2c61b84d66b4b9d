// Publishes events of The One Code that could not be published when they happened (CODE-8).
import { outboxTimer } from '../../../shared/bus/outbox-timer.ts'

export const publishDelayedEvents = outboxTimer('code-outbox-timer', async () => [
  (await import('./source-table.ts')).sourceTable,
])
