// The timer of one Function App that deletes the histories of its orchestrations (R12): they hold what every step was told and answered.
import { log } from '../../shared/telemetry/log.ts'
import { type TimerDefinition, timer } from '../../shared/triggers/timer.ts'

/** Longer than an orchestration may take: after that its request alone tells how it ended. */
const keptDays = 30

/** @param name ends with `-timer`; the app has to have a task hub, and nobody else sees it */
export const flowRetentionTimer = (name: string): TimerDefinition =>
  timer({
    name,
    schedule: '0 55 3 * * *',
    summary: `Deletes the histories of finished orchestrations that started more than ${keptDays} days ago`,
    integration: 'suite→flows',
    operation: `delete finished histories (${name})`,
    needs: ['DATA_STORAGE'],
    minutesMax: 9,
    flows: true,
    handler: async ({ now, flows }) => {
      const begunBefore = new Date(now().getTime() - keptDays * 24 * 3_600_000)
      const deleted = await (await flows()).deleteHistories(begunBefore)
      log.info('flow.histories.deleted', { deleted, begunBefore: begunBefore.toISOString() })
    },
  })
