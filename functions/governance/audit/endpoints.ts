// Governance → Audit log: an organization reads, exports and verifies its own (R11).
import { integrationKey, session } from '../../../shared/auth/caller.ts'
import type { Store } from '../../../shared/store/store.ts'
import { type HttpDefinition, http, textOf } from '../../../shared/triggers/http.ts'

const contract = () => import('./contract.ts')

const readers = [session('ai', { atLeast: 'admin' }), integrationKey('governance:audit:read')] as const

const listAuditEntries = http({
  name: 'ai-list-audit-entries',
  contract,
  method: 'GET',
  route: 'ai/governance/audit',
  summary: 'The audit log of the organization, newest entry first',
  callers: readers,
  needs: ['DATA_STORAGE'],
  query: 'AuditQuery',
  returns: { 200: 'AuditEntries' },
  errors: ['storage-unavailable'],
  handler: async ({ query, store, tenantId }) => {
    const { entries, cursor } = await readEntries(store, tenantId, query)
    return { status: 200, body: { entries: [...entries], ...(cursor !== undefined && { nextCursor: cursor }) } }
  },
})

const exportAuditLog = (format: 'jsonl' | 'csv', mediaType: string): HttpDefinition =>
  http({
    name: `ai-export-audit-${format}`,
    contract,
    method: 'GET',
    route: `ai/governance/audit/export.${format}`,
    summary: `The audit log of the organization as ${format === 'csv' ? 'CSV' : 'JSON Lines'}; the header Link leads to the next page`,
    callers: readers,
    needs: ['DATA_STORAGE'],
    query: 'AuditQuery',
    returns: { 200: textOf(mediaType) },
    errors: ['storage-unavailable'],
    audit: 'data.exported',
    handler: async ({ query, store, tenantId }) => {
      const { exportEntries } = await import('../../../shared/audit-log/export.ts')
      const { entries, cursor } = await readEntries(store, tenantId, query)
      const next = new URLSearchParams({ limit: String(query.limit), cursor: cursor ?? '' })
      return {
        status: 200,
        body: await exportEntries(format, entries),
        headers: {
          'content-disposition': `attachment; filename="audit-log.${format}"`,
          ...(cursor !== undefined && { link: `<?${next.toString()}>; rel="next"` }),
        },
      }
    },
  })

const entriesVerifiedAtOnce = 5_000

const verifyAuditLog = http({
  name: 'ai-verify-audit-log',
  contract,
  method: 'GET',
  route: 'ai/governance/audit/verification',
  summary: 'Whether anybody has changed the audit log of the organization, and where; up to 5,000 entries at once',
  callers: readers,
  needs: ['DATA_STORAGE', 'AUDIT_SIGNING_KEY'],
  query: 'VerificationQuery',
  returns: { 200: 'Verdict' },
  errors: ['storage-unavailable', 'vault-unavailable'],
  handler: async ({ query: { from }, store, now, tenantId, services }) => {
    const { verifyAuditLog: verify } = await import('../../../shared/audit-log/verification.ts')
    const { signingKeys } = await import('../../../shared/audit-log/signing-keys.ts')
    const { positionOf, shownVerdict } = await import('./verdict.ts')
    const verdict = await verify({
      store,
      tenantId,
      keys: await signingKeys(services.secret),
      from: from === undefined ? undefined : positionOf(from),
      entriesMax: entriesVerifiedAtOnce,
      now: now(),
    })
    return { status: 200, body: shownVerdict(verdict) }
  },
})

const readEntries = async (store: Store, tenantId: string, query: { limit: number; cursor?: string | undefined }) => {
  const { auditLogTable } = await import('../../../shared/audit-log/audit-table.ts')
  const { rows, nextCursor: cursor } = await store.open(auditLogTable).entry.list({ tenantId }, query)
  return { entries: rows.map(({ value }) => value), cursor }
}

export const auditEndpoints: readonly HttpDefinition[] = [
  listAuditEntries,
  exportAuditLog('jsonl', 'application/jsonl; charset=utf-8'),
  exportAuditLog('csv', 'text/csv; charset=utf-8; header=present'),
  verifyAuditLog,
]
