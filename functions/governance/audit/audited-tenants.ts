// Walks the organizations that have an audit log.
import { auditedTenantTable, bucketsOfAudited } from '../../../shared/audit-log/audit-table.ts'
import { isAppError } from '../../../shared/errors.ts'
import { recordDamagedLog } from '../../../shared/incidents/damaged-audit-log.ts'
import { keptApart } from '../../../shared/incidents/kept-apart.ts'
import type { Integration } from '../../../shared/integrations.ts'
import { log } from '../../../shared/telemetry/log.ts'
import type { Store } from '../../../shared/store/store.ts'

type Walk = {
  readonly store: Store
  readonly now: () => Date
  readonly signal: AbortSignal
  readonly integration: Integration
  readonly operation: string
  readonly severity: 'high' | 'normal'
  /** The event in the log when it fails for one. */
  readonly event: string
}

export const forEachAudited = async (
  { store, now, signal, ...names }: Walk,
  work: (tenantId: string) => Promise<unknown>,
): Promise<void> => {
  for (const bucket of bucketsOfAudited)
    for await (const { value } of store.open(auditedTenantTable).tenant.each({ bucket }, { signal }))
      await keptApart({ store, now }, { ...names, tenantId: value.tenantId }, async () => {
        try {
          await work(value.tenantId)
        } catch (error) {
          if (!isAppError(error, 'audit-log-damaged')) throw error
          log.error(names.event, { tenantId: value.tenantId, error })
          await recordDamagedLog({ store, now }, value.tenantId, error)
        }
      })
}
