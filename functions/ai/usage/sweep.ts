// Goes through the tenants that have called models lately, and closes what dead processes have left open.
import { aiTenantTable, bucketsOfAiTenants } from '../../../shared/ai/ledger/ai-call-table.ts'
import { closeLostCalls } from '../../../shared/ai/ledger/lost-calls.ts'
import { isAppError } from '../../../shared/errors.ts'
import { keptApart } from '../../../shared/incidents/kept-apart.ts'
import type { Services } from '../../../shared/services.ts'
import type { OpenTable } from '../../../shared/store/store.ts'
import { log } from '../../../shared/telemetry/log.ts'

/** A call is open for 10 minutes at most, and a tenant in use is written down every 10: after that, only what the storage kept from being closed. */
const lookBackMs = 2 * 3_600_000

type TenantRows = OpenTable<typeof aiTenantTable.kinds>['tenant']

const names = { integration: 'suite→storage', operation: 'close lost AI calls', severity: 'normal' } as const

/** @param signal aborted when the run has to stop: what is left waits for the next one */
export const sweepAiCalls = async (services: Services, signal: AbortSignal): Promise<void> => {
  const [store, now] = [services.store(), services.now]
  const admissions = await services.aiAdmissions()
  const rows = store.open(aiTenantTable).tenant
  const counts = { tenants: 0, leases: 0, lost: 0 }
  const since = now().getTime() - lookBackMs
  for (const bucket of bucketsOfAiTenants)
    for await (const row of rows.each({ bucket }, { signal })) {
      const { tenantId, usedAt } = row.value
      const isLately = Date.parse(usedAt) > since
      await keptApart({ store, now }, { ...names, tenantId, event: 'ai.calls.not_swept' }, async () => {
        counts.tenants += 1
        counts.leases += await admissions.endDeadLeases(tenantId)
        const { open, closed } = await closeLostCalls({ store, now, signal }, tenantId)
        counts.lost += closed
        if (open === 0 && !isLately) await forget(rows, row)
      })
    }
  if (counts.lost + counts.leases > 0) log.warn('ai.calls.swept', counts)
  else log.info('ai.calls.swept', counts)
}

/** It is written down again before its next call: then it stays. */
const forget = async (rows: TenantRows, row: Parameters<TenantRows['delete']>[0]): Promise<void> => {
  try {
    await rows.delete(row)
  } catch (error) {
    if (!isAppError(error, 'conflict')) throw error
  }
}
