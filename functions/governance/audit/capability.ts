// The audit log, as an organization reads, exports and verifies it, and what keeps it.
import type { Definitions, Tables } from '../../platform/capability.ts'
import { auditEndpoints } from './endpoints.ts'
import { anchorAuditLogs, cutAuditLogs } from './timers.ts'

export const api: Definitions = auditEndpoints

export const background: Definitions = [anchorAuditLogs, cutAuditLogs]

export const tables: Tables = async () => {
  const { auditAnchorTable, auditLogTable, auditedTenantTable } =
    await import('../../../shared/audit-log/audit-table.ts')
  return [auditAnchorTable, auditLogTable, auditedTenantTable]
}
