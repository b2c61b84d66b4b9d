// Carries out Sync Now where the settings of CMDB are.
import { command } from '../../../shared/triggers/command.ts'
import { syncCommand } from './sync-command.ts'

export const syncCmdbNow = command({
  name: 'code-sync-cmdb-command',
  summary: 'Starts a requested sync to CMDB',
  command: syncCommand,
  integration: 'code→cmdb',
  operation: 'start CMDB sync',
  needs: ['CMDB_API_URL', 'CMDB_SERVICE_KEY'],
  flows: true,
  handler: async ({ tenantId, data: { requestId }, store, now, flows }) => {
    const { startSync } = await import('./sync-start.ts')
    const tools = { store, now, flows: await flows() }
    return (await startSync(tools, { tenantId, requestId })) ? 'completed' : 'ignored'
  },
})
