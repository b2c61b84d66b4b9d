// What has to be known before a model is called, and is found out side by side: that the call is in the audit log, and that the organization allows it.
import { expect, inject, it } from 'vitest'
import { aiCallTable } from '../../../../shared/ai/ledger/ai-call-table.ts'
import { aiLimitTable } from '../../../../shared/ai/limits/figures.ts'
import { auditLogTable } from '../../../../shared/audit-log/audit-table.ts'
import { createIntegrationKey } from '../../../../shared/auth/integration-key.ts'
import { createStore } from '../../../../shared/store/store.ts'
import { tenantSettingsTable, wholeTenant } from '../../../../shared/tenants/tenant-settings.ts'
import { newTenantId } from '../../../support/browser-client.ts'
import { eventually } from '../../../support/eventually.ts'
import { hubControl } from '../../../support/hub-control.ts'

const { urls, settings } = inject('stack')
const store = createStore({ connectionString: settings['DATA_STORAGE'] ?? '' })

type Ask = (stream: boolean) => Promise<{ readonly status: number; readonly code: string | undefined }>

const organization = async (): Promise<{ readonly tenantId: string; readonly ask: Ask }> => {
  const tenantId = newTenantId()
  await hubControl(urls.hub, tenantId).putOrganization({ aiTier: 'ai-pro' })
  const key = await createIntegrationKey(store, {
    environment: 'test',
    tenantId,
    integration: 'code→ai',
    scopes: ['ai:completions:use'],
    now: new Date(),
  })
  const messages = [{ role: 'user', content: 'The backup failed twice. Please summarize.' }]
  return {
    tenantId,
    ask: async (stream) => {
      const response = await fetch(`${urls.functions}/api/ai/v1/chat/completions`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'x-integration-key': key },
        body: JSON.stringify({ model: 'fast', stream, messages }),
      })
      const text = await response.text()
      const code = response.ok ? undefined : (JSON.parse(text) as { error: { code: string } }).error.code
      return { status: response.status, code }
    },
  }
}

/** Once none is open any more. */
const callsOf = async (tenantId: string): Promise<number> => {
  const table = store.open(aiCallTable)
  await eventually(
    async () => (await table.reservation.list({ tenantId }, { limit: 10 })).rows.length,
    (open) => open === 0,
    20_000,
  )
  return (await table.call.list({ tenantId }, { limit: 10 })).rows.length
}

const optOut = (tenantId: string): Promise<unknown> =>
  store.open(tenantSettingsTable).settings.upsert({
    tenantId,
    clientId: wholeTenant,
    revision: 'r1',
    updatedAt: new Date().toISOString(),
    updatedBy: 'user:mia',
    aiOptOut: true,
  })

it.each([false, true])('asks no model when the call cannot be recorded (stream: %s)', async (stream) => {
  const { tenantId, ask } = await organization()
  expect(await ask(stream)).toEqual({ status: 200, code: undefined })
  expect(await callsOf(tenantId)).toBe(1)
  const { head } = store.open(auditLogTable)
  const row = await head.get({ tenantId })
  if (!row) throw new Error('The first call left no log.')
  await head.update(row, { ...row.value, hash: '0'.repeat(row.value.hash.length) })
  expect(await ask(stream)).toEqual({ status: 503, code: 'audit-log-damaged' })
  expect(await callsOf(tenantId)).toBe(1)
})

it.each([false, true])('asks no model for who has opted out, and counts nothing (stream: %s)', async (stream) => {
  const { tenantId, ask } = await organization()
  await optOut(tenantId)
  expect(await ask(stream)).toEqual({ status: 403, code: 'ai-opted-out' })
  expect(await callsOf(tenantId)).toBe(0)
})

it('tells who has opted out that, and not that a limit is reached', async () => {
  const { tenantId, ask } = await organization()
  const tier = 'ai-pro' as const
  await store.open(aiLimitTable).override.insert({
    tenantId,
    tier,
    requestsPerMinute: 0,
    setAt: new Date().toISOString(),
    origin: 'test',
  })
  expect((await ask(false)).code).toBe('rate_limit_exceeded')
  await optOut(tenantId)
  expect((await ask(false)).code).toBe('ai-opted-out')
})
