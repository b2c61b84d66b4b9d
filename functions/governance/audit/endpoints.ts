// Governance → Audit log: an organization reads, exports and verifies its own (R11).
import { integrationKey, operatorSettings, platformOperator, session } from '../../../shared/auth/caller.ts'
import { AppError } from '../../../shared/errors.ts'
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
    const { entries, damaged, cursor } = await readEntries(store, tenantId, query)
    const more = { ...(damaged > 0 && { damaged }), ...(cursor !== undefined && { nextCursor: cursor }) }
    return { status: 200, body: { entries, ...more } }
  },
})

const exported = { contract, method: 'GET', callers: readers, needs: ['DATA_STORAGE'], audit: 'data.exported' } as const

const attachment = (format: 'jsonl' | 'csv', next: Record<string, string> | undefined): Record<string, string> => ({
  'content-disposition': `attachment; filename="audit-log.${format}"`,
  ...(next && { link: `<?${new URLSearchParams(next).toString()}>; rel="next"` }),
})

const exportLog = http({
  ...exported,
  name: 'ai-export-audit-jsonl',
  route: 'ai/governance/audit/export.jsonl',
  summary:
    'The audit log of the organization as JSON Lines, with all that is needed to verify it elsewhere; the header Link leads to the next page',
  query: 'ExportQuery',
  returns: { 200: textOf('application/jsonl; charset=utf-8') },
  errors: ['storage-unavailable'],
  handler: async ({ query: { limit, fromSeq }, store, tenantId, now }) => {
    const { exportLines } = await import('../../../shared/audit-log/export.ts')
    const { logLines } = await import('../../../shared/audit-log/log-lines.ts')
    const { text, nextSeq } = await exportLines(logLines({ store, tenantId, now: now(), fromSeq }), { fromSeq, limit })
    const next = nextSeq === undefined ? undefined : { limit: String(limit), fromSeq: String(nextSeq) }
    return { status: 200, body: text, headers: attachment('jsonl', next) }
  },
})

const exportTable = http({
  ...exported,
  name: 'ai-export-audit-csv',
  route: 'ai/governance/audit/export.csv',
  summary: 'The audit log of the organization as CSV; the header Link leads to the next page',
  query: 'AuditQuery',
  returns: { 200: textOf('text/csv; charset=utf-8; header=present') },
  errors: ['storage-unavailable'],
  handler: async ({ query, store, tenantId }) => {
    const { csvOf } = await import('../../../shared/audit-log/export.ts')
    const { entries, cursor } = await readEntries(store, tenantId, query)
    const next = cursor === undefined ? undefined : { limit: String(query.limit), cursor }
    return { status: 200, body: await csvOf(entries), headers: attachment('csv', next) }
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
      keys: (await signingKeys(services)).verifying,
      from: from === undefined ? undefined : positionOf(from),
      entriesMax: entriesVerifiedAtOnce,
      now: now(),
    })
    return { status: 200, body: shownVerdict(verdict) }
  },
})

const readSigningKeys = http({
  name: 'ai-read-audit-keys',
  contract,
  method: 'GET',
  route: 'ai/governance/audit/keys',
  summary: 'The public keys with which heads and anchors of audit logs are verified',
  callers: readers,
  needs: ['DATA_STORAGE', 'AUDIT_SIGNING_KEY'],
  returns: { 200: 'SigningKeys' },
  errors: ['vault-unavailable'],
  handler: async ({ services }) => {
    const { signingKeys } = await import('../../../shared/audit-log/signing-keys.ts')
    const { publicKeyText } = await import('../../../shared/audit-log/head-signature.ts')
    const { verifying } = await signingKeys(services)
    const keys = [...verifying].map(([kid, key]) => ({ kty: 'OKP', crv: 'Ed25519', x: publicKeyText(key), kid }))
    return { status: 200, body: { keys } }
  },
})

/**
 * It is recorded by what it does: while the log is broken nothing else can be, and no access to the organization can be opened.
 */
const repairLog = http({
  name: 'ai-repair-audit-log-as-operator',
  contract,
  method: 'POST',
  route: 'ai/governance/platform/tenants/{tenantId}/audit-repairs',
  summary:
    'Goes on with the audit log of an organization that somebody has broken, for a stated reason: a new segment says what was found, and the verifier names the break for ever',
  callers: [platformOperator('Operator.Platform')],
  needs: ['DATA_STORAGE', 'AUDIT_SIGNING_KEY', ...operatorSettings],
  params: 'RepairParams',
  body: 'RepairOrder',
  returns: { 201: 'Repair' },
  errors: ['conflict', 'storage-unavailable', 'vault-unavailable'],
  handler: async ({ params: { tenantId }, body: { reason }, actor, store, now, services }) => {
    const { repairAuditLog } = await import('../../../shared/audit-log/repair.ts')
    const { signingKeys } = await import('../../../shared/audit-log/signing-keys.ts')
    const { shownBreak } = await import('./verdict.ts')
    const by = { actor, operation: 'ai-repair-audit-log-as-operator', facts: { reason } }
    const segment = await repairAuditLog({ store, tenantId, keys: await signingKeys(services), now: now(), by })
    if (!segment)
      throw new AppError('conflict', 'Nothing is broken in the log of this organization that no repair has named.')
    const { firstSeq, breaks } = segment
    return { status: 201, body: { segment: segment.segment, firstSeq, breaks: breaks.map(shownBreak) } }
  },
})

const readEntries = async (store: Store, tenantId: string, query: { limit: number; cursor?: string | undefined }) => {
  const { auditLogTable } = await import('../../../shared/audit-log/audit-table.ts')
  const { found, nextCursor: cursor } = await store.open(auditLogTable).entry.listFound({ tenantId }, query)
  const entries = found.flatMap(({ row }) => (row ? [row.value] : []))
  return { entries, damaged: found.length - entries.length, cursor }
}

export const auditEndpoints: readonly HttpDefinition[] = [
  listAuditEntries,
  exportLog,
  exportTable,
  verifyAuditLog,
  readSigningKeys,
  repairLog,
]
