// What the hourly check does with a log that nobody appends to, and that somebody has tampered with.
import { expect, inject, it } from 'vitest'
import { forEachAudited } from '../../../../functions/governance/audit/audited-tenants.ts'
import { anchorHead } from '../../../../shared/audit-log/anchoring.ts'
import { createAuditLog } from '../../../../shared/audit-log/audit-log.ts'
import { auditLogTable } from '../../../../shared/audit-log/audit-table.ts'
import { headKeysOf } from '../../../../shared/audit-log/head-signature.ts'
import { createStore } from '../../../../shared/store/store.ts'
import { settingsChanged } from '../../../shared/audit-log/logs.ts'
import { newClient, newTenantId } from '../../../support/browser-client.ts'
import { operatorHeaders } from '../../../support/operators.ts'

const { urls, settings } = inject('stack')
const store = createStore({ connectionString: settings['DATA_STORAGE'] ?? '' })
const keys = headKeysOf(settings['AUDIT_SIGNING_KEY'] ?? '')
const now = () => new Date()

it('tells the platform whose log is broken, and goes on with those of the others', async () => {
  const log = createAuditLog({ store, now, keys: async () => keys })
  const [broken, whole] = [newTenantId(), newTenantId()]
  for (const tenantId of [broken, broken, whole]) await log.append(tenantId, settingsChanged)
  const entries = store.open(auditLogTable).entry
  const oldest = (await entries.list({ tenantId: broken }, { limit: 2 })).rows.at(-1)
  if (oldest) await entries.delete(oldest)
  const seen: string[] = []
  await forEachAudited(
    {
      store,
      now,
      signal: new AbortController().signal,
      integration: 'suite→storage',
      operation: 'anchor audit logs',
      severity: 'high',
      event: 'audit.anchor.failed',
    },
    async (tenantId) => {
      if (tenantId !== broken && tenantId !== whole) return
      seen.push(tenantId)
      await anchorHead({ store, tenantId, keys, now: now() })
    },
  )
  expect(new Set(seen)).toEqual(new Set([broken, whole]))
  const platform = newClient(urls, await operatorHeaders(urls.operators, ['Operator.Platform']))
  const incidents = await (await platform.fetch('/api/ai/governance/platform/incidents?limit=100')).text()
  expect(incidents).toContain(broken)
  expect(incidents).not.toContain(whole)
})
