// Timers of The One Code, and the retention of everything that this suite has stored so far.
import { finishActivity } from '../../shared/flows/finish-activity.ts'
import { flowRetentionTimer } from '../platform/flow-retention-timer.ts'
import { flowStartTimer } from '../platform/flow-start-timer.ts'
import { retentionTimer } from '../platform/retention-timer.ts'
import { deadLetterTimer } from '../platform/dead-letter-timer.ts'
import { reportUsage, takeUsageSnapshots } from '../code/billing/timers.ts'
import { compareCmdbClients, endCmdbSync, planCmdbSync, sendCmdbBatch } from '../code/cmdb/activities.ts'
import { syncCmdbNow } from '../code/cmdb/commands.ts'
import { cmdbSyncFlow } from '../code/cmdb/orchestration.ts'
import { syncCmdb } from '../code/cmdb/timers.ts'
import { reconcileOpportunities } from '../code/opportunities/timers.ts'
import { publishDelayedEvents, recountActiveRepositories } from '../code/sources/timers.ts'
import { reconcileTickets } from '../code/tickets/timers.ts'
import { backgroundApp } from './function-app.ts'

export const theonecodeBackground = backgroundApp('theonecode-background', 'code', [
  reconcileTickets,
  reconcileOpportunities,
  publishDelayedEvents,
  recountActiveRepositories,
  takeUsageSnapshots,
  reportUsage,
  syncCmdb,
  syncCmdbNow,
  cmdbSyncFlow,
  planCmdbSync,
  compareCmdbClients,
  sendCmdbBatch,
  endCmdbSync,
  finishActivity,
  flowStartTimer('code-background-flow-start-timer', [cmdbSyncFlow]),
  flowRetentionTimer('code-background-flow-retention-timer'),
  deadLetterTimer('code-dead-letter-timer', [syncCmdbNow]),
  retentionTimer('code-retention-timer', async () => (await import('./tables.ts')).tables),
])
