// Timers of The One Code, and the retention of everything that this suite has stored so far.
import { retentionTimer } from '../../shared/store/retention-timer.ts'
import { publishDelayedEvents } from '../code/sources/timers.ts'
import { reconcileTickets } from '../code/tickets/timers.ts'
import { backgroundApp } from './function-app.ts'

export const theonecodeBackground = backgroundApp('theonecode-background', 'code', [
  reconcileTickets,
  publishDelayedEvents,
  retentionTimer('code-retention-timer', async () => (await import('./tables.ts')).tables),
])
