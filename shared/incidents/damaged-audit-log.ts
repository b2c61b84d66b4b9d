// The incident of an audit log that is not what was written: one for each organization, of the platform, since no tenant can mend it.
import { LRUCache } from 'lru-cache'
import type { AppError } from '../errors.ts'
import type { Store } from '../store/store.ts'
import { log, runDetached } from '../telemetry/log.ts'
import { recordIncident } from './incident-recording.ts'

type Tools = { readonly store: Store; readonly now: () => Date }

export const recordDamagedLog = (tools: Tools, tenantId: string, error: AppError): Promise<void> =>
  recordIncident(tools, {
    integration: 'suite→storage',
    operation: 'keep an audit log',
    severity: 'high',
    error,
    thing: tenantId,
    tenantId,
  })

/** Many requests meet it at once. */
const toldForMs = 60_000

/** For those who cannot wait: at most once a minute for each organization. */
export const tellOfDamagedLogs = (tools: () => Tools): ((tenantId: string, error: AppError) => void) => {
  const told = new LRUCache<string, true>({ max: 1_000, ttl: toldForMs })
  return (tenantId, error) => {
    if (told.has(tenantId)) return
    told.set(tenantId, true)
    runDetached(() => recordDamagedLog(tools(), tenantId, error)).catch((unrecorded: unknown) => {
      told.delete(tenantId)
      log.error('incident.not_recorded', { event: 'audit.log.damaged', tenantId, error: unrecorded })
    })
  }
}
