// Timers of billing: count just after 00:00 UTC, report from 01:15 on (CODE-5).
import { timer } from '../../../shared/triggers/timer.ts'

export const takeUsageSnapshots = timer({
  name: 'code-billing-snapshot-timer',
  schedule: '0 1 0 * * *',
  summary: 'Counts the active repositories of every tenant as of 00:00 UTC',
  integration: 'suite→storage',
  operation: 'count active repositories',
  severity: 'high',
  needs: ['DATA_STORAGE'],
  minutesMax: 9,
  handler: async ({ store, now, signal }) => {
    const { takeSnapshots } = await import('./snapshot.ts')
    await takeSnapshots({ store, now }, signal)
  },
})

/** The first run of the day does it all. Those after it go on where it ran out of time, and repeat what failed. */
export const reportUsage = timer({
  name: 'code-billing-timer',
  schedule: '0 15 1-23 * * *',
  summary: "Reports the active repositories of every tenant and day to Hub's billing, including missed days",
  integration: 'code→hub',
  operation: 'run the daily usage report',
  severity: 'high',
  needs: ['DATA_STORAGE', 'HUB_API_URL', 'HUB_SERVICE_KEY'],
  minutesMax: 9,
  handler: async ({ services, signal }) => {
    const { reportAllUsage } = await import('./report.ts')
    await reportAllUsage(services, signal)
  },
})
