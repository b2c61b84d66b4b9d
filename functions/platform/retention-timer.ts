// The timer of one Function App that deletes rows whose time has ended (R12).
import { log } from '../../shared/telemetry/log.ts'
import { type TimerDefinition, timer } from '../../shared/triggers/timer.ts'
import type { Table } from '../../shared/store/table.ts'

/** Rows that one run deletes at the most; what is left waits for the next. */
const rowsMax = 20_000

/** @param tablesOf loads every table whose rows this app is to look after */
export const retentionTimer = (name: string, tablesOf: () => Promise<readonly Table[]>): TimerDefinition =>
  timer({
    name,
    schedule: '0 25 * * * *',
    summary: 'Deletes rows whose retention period is over',
    integration: 'suite→storage',
    operation: `delete expired rows (${name})`,
    needs: ['DATA_STORAGE'],
    minutesMax: 9,
    handler: async ({ store, now }) => {
      const { deleteExpired } = await import('../../shared/store/retention.ts')
      await deleteExpired(store, await tablesOf(), { now: now(), rowsMax, log })
    },
  })
