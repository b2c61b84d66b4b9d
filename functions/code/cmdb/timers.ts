// The hourly sync to CMDB (CODE-6).
import { timer } from '../../../shared/triggers/timer.ts'

export const syncCmdb = timer({
  name: 'code-cmdb-sync-timer',
  schedule: '0 40 * * * *',
  summary: 'Starts a sync to CMDB for each tenant whose application profiles have changed',
  integration: 'code→cmdb',
  operation: 'start due CMDB syncs',
  needs: ['DATA_STORAGE', 'MESSAGE_RETRY_SECONDS', 'CMDB_API_URL', 'CMDB_SERVICE_KEY'],
  minutesMax: 4,
  flows: true,
  handler: async ({ store, now, signal, flows }) => {
    const { startDueSyncs } = await import('./sync-start.ts')
    await startDueSyncs({ store, now, flows: await flows() }, signal)
  },
})
