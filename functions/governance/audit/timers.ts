// What keeps the audit logs: anchors once an hour, and the end of what is older than 13 months.
import { log } from '../../../shared/telemetry/log.ts'
import { timer } from '../../../shared/triggers/timer.ts'

const anchoring = { integration: 'suite→storage', operation: 'anchor audit logs', severity: 'high' } as const

export const anchorAuditLogs = timer({
  ...anchoring,
  name: 'ai-audit-anchor-timer',
  schedule: '0 40 * * * *',
  summary:
    'Signs the heads of the audit logs with the present key, and keeps them as they are, so that a log that is put back is found out',
  needs: ['DATA_STORAGE', 'AUDIT_SIGNING_KEY'],
  minutesMax: 9,
  handler: async ({ store, now, signal, services }) => {
    const { anchorHead } = await import('../../../shared/audit-log/anchoring.ts')
    const { signingKeys } = await import('../../../shared/audit-log/signing-keys.ts')
    const { forEachAudited } = await import('./audited-tenants.ts')
    const walk = { ...anchoring, store, now, signal, event: 'audit.anchor.failed' }
    const keys = await signingKeys(services)
    await forEachAudited(walk, (tenantId) => anchorHead({ store, tenantId, keys, now: now(), log }))
  },
})

const cutting = { integration: 'suite→storage', operation: 'cut audit logs', severity: 'normal' } as const

/** Of one organization in one run. */
const entriesMax = 5_000

export const cutAuditLogs = timer({
  ...cutting,
  name: 'ai-audit-retention-timer',
  schedule: '0 5 3 * * *',
  summary: 'Cuts entries off the audit logs that are older than 13 months',
  needs: ['DATA_STORAGE', 'AUDIT_SIGNING_KEY'],
  minutesMax: 9,
  handler: async ({ store, now, signal, services }) => {
    const { cutAuditLog } = await import('../../../shared/audit-log/retention.ts')
    const { signingKeys } = await import('../../../shared/audit-log/signing-keys.ts')
    const { forEachAudited } = await import('./audited-tenants.ts')
    const keys = await signingKeys(services)
    const walk = { ...cutting, store, now, signal, event: 'audit.cut.failed' }
    await forEachAudited(walk, (tenantId) => cutAuditLog({ store, tenantId, keys, now: now(), entriesMax, signal }))
  },
})
