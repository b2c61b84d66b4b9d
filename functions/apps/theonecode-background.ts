// Timers of The One Code, and the retention of everything that this suite has stored so far.
import { retentionTimer } from '../../shared/store/retention-timer.ts'
import { reconcileTickets } from '../code/tickets/timers.ts'
import { backgroundApp } from './function-app.ts'

export const theonecodeBackground = backgroundApp('theonecode-background', 'code', [
  reconcileTickets,
  retentionTimer('code-retention-timer', async () => (await import('./tables.ts')).tables),
])
