// Timers of The One Code's sources: events that could not be published when they happened (CODE-8), and the count of repositories (CODE-5).
import { outboxTimer } from '../../platform/outbox-timer.ts'
import { timer } from '../../../shared/triggers/timer.ts'

export const publishDelayedEvents = outboxTimer('code-outbox-timer', async () => [
  (await import('./source-table.ts')).sourceTable,
])

export const recountActiveRepositories = timer({
  name: 'code-repository-recount-timer',
  schedule: '0 50 3 * * *',
  summary: 'Repairs counts of active repositories that do not match the registered repositories',
  integration: 'suite→storage',
  operation: 'recount active repositories',
  needs: ['DATA_STORAGE'],
  minutesMax: 9,
  handler: async ({ services, signal }) => {
    const { recountRepositories } = await import('./recount.ts')
    await recountRepositories(services, signal)
  },
})
