import { beforeEach, describe, expect, inject, it } from 'vitest'
import { z } from 'zod'
import { ExportedLine, linesOf } from '../../../../shared/audit-log/export.ts'
import { verifyingKeysOf } from '../../../../shared/audit-log/head-signature.ts'
import { walkLog } from '../../../../shared/audit-log/log-walk.ts'
import { AuditEntry, hashOf } from '../../../../shared/audit-log/audit-entry.ts'
import { auditLogTable, newestSeqFirst } from '../../../../shared/audit-log/audit-table.ts'
import { createIntegrationKey } from '../../../../shared/auth/integration-key.ts'
import { type Store, createStore } from '../../../../shared/store/store.ts'
import {
  type Client,
  beginLogin,
  claimsOf,
  hubToken,
  identity,
  newClient,
  newTenantId,
  signIn,
} from '../../../support/browser-client.ts'
import { vulnerability } from '../../../support/findings.ts'
import { hubControl } from '../../../support/hub-control.ts'
import { admittedOperator, operatorHeaders } from '../../../support/operators.ts'
import { startTicketing } from '../../../support/ticketing.ts'

const stack = inject('stack')
const { urls, settings } = stack
const store: Store = createStore({ connectionString: settings['DATA_STORAGE'] ?? '' })

let tenantId: string
let admin: Client
beforeEach(async () => {
  tenantId = newTenantId()
  admin = await signIn(urls, identity({ tenantId, product: 'ai', role: 'admin' }))
})

const page = z.object({ entries: z.array(AuditEntry.omit({ tenantId: true })), nextCursor: z.string().optional() })
const entries = async (client = admin) => {
  const response = await client.fetch('/api/ai/governance/audit?limit=100')
  expect(response.status).toBe(200)
  return page.parse(await response.json()).entries
}
const codeAdmin = () => signIn(urls, identity({ tenantId, product: 'code', role: 'admin' }))
const putClient = (client: Client) => client.send('PUT', '/api/code/clients/client-1', { name: 'Northwind' })

describe('what the audit log of an organization holds', () => {
  it('who signed in and out', async () => {
    await admin.fetch('/api/ai/session', { method: 'DELETE' })
    await admin.fetch('/api/ai/session', { method: 'DELETE' })
    const next = await signIn(urls, identity({ tenantId, product: 'ai', role: 'admin' }))
    expect((await entries(next)).map(({ action, outcome }) => `${action} ${outcome}`)).toEqual([
      'session.opened done',
      'session.closed done',
      'session.opened done',
    ])
  })

  it('who was refused at the door, and why', async () => {
    const who = identity({ tenantId, product: 'code' })
    const client = newClient(urls)
    const nonce = await beginLogin(client, 'code')
    const token = await hubToken(urls, { product: 'code', claims: { ...claimsOf(who), nonce, entitlements: ['hub'] } })
    expect((await client.send('POST', '/api/code/session', { token })).status).toBe(403)
    expect((await entries())[0]).toMatchObject({
      action: 'session.refused',
      actor: `user:${who.userId}`,
      facts: { product: 'code', code: 'product-not-granted' },
    })
  })

  it('who was refused with a token that was used before, once for each token', async () => {
    const who = identity({ tenantId, product: 'code' })
    const client = newClient(urls)
    const nonce = await beginLogin(client, 'code')
    const token = await hubToken(urls, { product: 'code', claims: { ...claimsOf(who), nonce } })
    const statuses: number[] = []
    for (let count = 0; count < 3; count += 1)
      statuses.push((await client.send('POST', '/api/code/session', { token })).status)
    expect(statuses).toEqual([200, 401, 401])
    const refusals = (await entries()).filter(({ action }) => action === 'session.refused')
    expect(refusals).toMatchObject([
      {
        actor: `user:${who.userId}`,
        facts: { code: 'token-rejected', reason: expect.stringMatching(/already used/) as string },
      },
    ])
  })

  it('the session that ends because its browser signs in anew', async () => {
    const who = identity({ tenantId, product: 'code' })
    const client = newClient(urls)
    for (let count = 0; count < 2; count += 1) {
      const nonce = await beginLogin(client, 'code')
      const token = await hubToken(urls, { product: 'code', claims: { ...claimsOf(who), nonce } })
      expect((await client.send('POST', '/api/code/session', { token })).status).toBe(200)
    }
    expect((await entries()).slice(0, 3)).toMatchObject([
      { action: 'session.closed', actor: `user:${who.userId}`, facts: { product: 'code', reason: 'new sign-in' } },
      { action: 'session.opened', actor: `user:${who.userId}` },
      { action: 'session.opened', actor: `user:${who.userId}` },
    ])
  })

  it('the id of a key that was made, and the act that it came of', async () => {
    const draft = { name: 'Scanner', integration: 'scanner→code', scopes: ['code:tickets:read'] }
    const response = await admin.send('POST', '/api/ai/governance/keys', draft)
    const { created } = z.object({ created: z.object({ id: z.string() }) }).parse(await response.json())
    const [done, asked] = await entries()
    expect(asked).toMatchObject({ action: 'key.created', outcome: 'asked' })
    expect(done).toMatchObject({
      action: 'key.created',
      outcome: 'done',
      facts: { keyId: created.id, act: asked?.facts?.['act'] },
    })
  })

  it('nothing of an operator who asks for an access to an organization that nobody has', async () => {
    const client = newClient(urls, await operatorHeaders(urls.operators, ['Operator.Keys']))
    const nobody = `nobody-${tenantId}`
    const path = `/api/ai/governance/platform/tenants/${nobody}/access`
    expect((await client.send('POST', path, { reason: 'Good enough' })).status).toBe(422)
    const kept = await store.open(auditLogTable).entry.list({ tenantId: nobody }, { limit: 1 })
    expect(kept.rows).toEqual([])
  })

  it('what people tell in the name of a product, and not what products tell all day', async () => {
    const client = await codeAdmin()
    await client.send('DELETE', '/api/code/app-profiles/repo-1', undefined)
    expect((await entries())[0]).toMatchObject({
      action: 'source.changed',
      actor: expect.stringMatching(/^user:/) as string,
    })
    const key = await createIntegrationKey(store, {
      environment: 'test',
      tenantId,
      integration: 'scanner→code',
      scopes: ['code:sources:write'],
      now: new Date(),
    })
    const before = (await entries()).length
    await newClient(urls, { 'x-integration-key': key }).send('DELETE', '/api/code/app-profiles/repo-1', undefined)
    expect(await entries()).toHaveLength(before)
  })

  it('what a person changed: before it is done, by whom, from where', async () => {
    const client = await codeAdmin()
    expect((await putClient(client)).status).toBe(201)
    expect((await entries())[0]).toMatchObject({
      action: 'client.changed',
      outcome: 'asked',
      actor: expect.stringMatching(/^user:/) as string,
      subjects: ['client-1'],
      operation: 'code-put-client',
      address: expect.stringMatching(/^10\./) as string,
      correlationId: expect.any(String) as string,
    })
  })

  it('on what, whichever way the function is called', async () => {
    const client = await codeAdmin()
    await client.send('PUT', '/api/code/clients?clientId=a%2Fb', { name: 'Northwind' })
    expect((await entries())[0]).toMatchObject({ operation: 'code-put-client-by-query', subjects: ['a/b'] })
  })

  it('what came to nothing, with the reason', async () => {
    const client = await codeAdmin()
    const response = await client.send('PUT', '/api/code/settings', { revision: 'stale', settings: { aiOptOut: true } })
    expect(response.status).toBe(409)
    const [refused, asked] = await entries()
    expect(refused).toMatchObject({
      action: 'settings.changed',
      outcome: 'refused',
      facts: { code: 'conflict', act: asked?.facts?.['act'] },
    })
    expect(asked).toMatchObject({
      action: 'settings.changed',
      outcome: 'asked',
      facts: { act: expect.any(String) as string },
    })
  })

  it('what is written into other products, on whose behalf, and what failed there', async () => {
    const own = await startTicketing(stack)
    await own.file(vulnerability())
    await own.psa.setFaults({ kind: 'expired-key', operation: 'createTicket' })
    expect((await own.post(vulnerability())).status).toBe(502)
    const reader = await signIn(urls, identity({ tenantId: own.tenantId, product: 'ai', role: 'admin' }))
    const writes = (await entries(reader)).filter(({ action }) => action === 'peer.written')
    expect(writes.map(({ outcome, operation, facts }) => [outcome, operation, facts?.['code']])).toEqual([
      ['failed', 'psa: create ticket', 'peer-unauthorized'],
      ['asked', 'psa: create ticket', undefined],
      ['asked', 'psa: create ticket', undefined],
    ])
    for (const { actor } of writes) expect(actor).toMatch(/^user:/)
  })

  it('what an operator did to it, with the reason of the access', async () => {
    const { authorization, actor } = await admittedOperator({ directory: urls.operators, store }, tenantId, [
      'Operator.Billing',
    ])
    const client = newClient(urls, { authorization })
    const path = `/api/code/billing/platform/tenants/${tenantId}/missed-days`
    expect((await client.send('POST', path, { from: '2026-01-01' })).status).toBe(404)
    const [refused, asked] = await entries()
    const facts = { from: '2026-01-01', reason: 'Asked by support', access: expect.any(String) as string }
    expect(asked).toMatchObject({ action: 'operator.acted', outcome: 'asked', actor, facts })
    expect(refused).toMatchObject({ action: 'operator.acted', facts: { act: asked?.facts?.['act'] } })
  })

  it('nothing of what is read, and no content', async () => {
    const client = await codeAdmin()
    await client.fetch('/api/code/clients')
    await client.send('PUT', '/api/code/clients/client-1', { name: 'A name that is content' })
    const kept = await entries()
    expect(kept.map(({ action }) => action)).toEqual(['client.changed', 'session.opened', 'session.opened'])
    expect(JSON.stringify(kept)).not.toContain('A name that is content')
  })
})

it('is read by admins of the organization and by keys with its scope, by nobody else', async () => {
  const member = await signIn(urls, identity({ tenantId, product: 'ai', role: 'member' }))
  const other = await signIn(urls, identity({ product: 'ai', role: 'owner' }))
  for (const path of ['', '/export.jsonl', '/export.csv', '/verification'])
    expect((await member.fetch(`/api/ai/governance/audit${path}`)).status).toBe(403)
  expect((await entries(other)).map(({ action }) => action)).toEqual(['session.opened'])
})

describe('the export', () => {
  it('goes on from page to page, and anybody can verify it', async () => {
    const client = await codeAdmin()
    for (let index = 0; index < 3; index += 1) await putClient(client)
    let next: string | undefined = '?limit=2'
    const lines: string[] = []
    while (next !== undefined) {
      const response = await admin.fetch(`/api/ai/governance/audit/export.jsonl${next}`)
      expect(response.headers.get('content-type')).toBe('application/jsonl; charset=utf-8')
      lines.push(...(await response.text()).trimEnd().split('\n'))
      next = /^<(\?[^>]+)>; rel="next"$/.exec(response.headers.get('link') ?? '')?.[1]
    }
    const file = lines.map((line) => ExportedLine.parse(JSON.parse(line)))
    expect(file.slice(0, 2).map(({ kind }) => kind)).toEqual(['log', 'head'])
    const read = file.flatMap((line) => (line.kind === 'entry' ? [line.entry] : []))
    expect(read.length).toBeGreaterThanOrEqual(5)
    for (const [index, { hash, ...content }] of read.entries()) {
      expect(hashOf(content)).toBe(hash)
      if (index > 0) expect(read[index - 1]?.previousHash).toBe(hash)
    }
    const keys = await admin.fetch('/api/ai/governance/audit/keys')
    const { keys: jwks } = z.object({ keys: z.array(z.object({ x: z.string() })) }).parse(await keys.json())
    const verdict = await walkLog(linesOf(lines, tenantId), {
      tenantId,
      keys: verifyingKeysOf(jwks.map(({ x }) => x)),
      entriesMax: 1_000,
    })
    expect(verdict).toMatchObject({ intact: true, checked: read.length })
    // That it was exported is in the log as well.
    expect((await entries())[0]).toMatchObject({ action: 'data.exported', operation: 'ai-export-audit-jsonl' })
  })

  it('is CSV for a spreadsheet', async () => {
    const response = await admin.fetch('/api/ai/governance/audit/export.csv')
    expect(response.headers.get('content-type')).toBe('text/csv; charset=utf-8; header=present')
    expect(response.headers.get('content-disposition')).toBe('attachment; filename="audit-log.csv"')
    expect((await response.text()).split('\r\n')[0]).toMatch(/^seq,at,action,/)
  })
})

describe('the verification', () => {
  const verify = async () => (await admin.fetch('/api/ai/governance/audit/verification')).json()

  it('says that nothing was changed', async () => {
    expect(await verify()).toEqual({
      intact: true,
      checked: 1,
      breaks: [],
      head: {
        seq: 1,
        hash: expect.any(String) as string,
        at: expect.any(String) as string,
        keyId: expect.any(String) as string,
      },
      explanation: 'Nothing was changed.',
    })
  })

  it('says what was changed, and where', async () => {
    const rows = store.open(auditLogTable).entry
    const [row] = (await rows.list({ tenantId }, { limit: 1 })).rows
    if (!row) throw new Error('Nothing is recorded.')
    await rows.update(row, { ...row.value, actor: 'user:somebody-else' })
    expect(await verify()).toEqual({
      intact: false,
      fault: 'entry-changed',
      seq: 1,
      checked: 0,
      breaks: [{ fault: 'entry-changed', seq: 1 }],
      head: expect.objectContaining({ seq: 1 }) as unknown,
      explanation: 'Entry 1: The content of an entry was changed after it was written.',
    })
  })

  it('lists and exports what is there beside a row that is none of the log', async () => {
    await putJunk()
    const response = await admin.fetch('/api/ai/governance/audit')
    expect(await response.json()).toMatchObject({ damaged: 1, entries: [{ seq: 1 }] })
    const lines = (await (await admin.fetch('/api/ai/governance/audit/export.jsonl')).text()).trimEnd().split('\n')
    expect(lines.map((line) => ExportedLine.parse(JSON.parse(line)).kind)).toContain('damaged')
    expect(await verify()).toMatchObject({ intact: false, fault: 'entry-added', seq: 2 })
  })
})

const putJunk = async (): Promise<void> => {
  const rowKey = `entry!${newestSeqFirst(2)}!junk`
  await store
    .connection(auditLogTable.name)
    .run('tamper', (client) => client.createEntity({ partitionKey: tenantId, rowKey, note: 'junk' }))
}

describe('a log that somebody has broken', () => {
  const operatorWith = async (): Promise<Client> =>
    newClient(urls, await operatorHeaders(urls.operators, ['Operator.Platform']))
  const repairs = () => `/api/ai/governance/platform/tenants/${tenantId}/audit-repairs`
  const reason = 'After the intrusion'

  it('lets nothing be done, tells the platform whose it is, and goes on once an operator says why', async () => {
    const code = await codeAdmin()
    await store.open(auditLogTable).head.delete({ tenantId })
    expect((await putClient(code)).status).toBe(503)
    const platform = await operatorWith()
    await expect
      .poll(async () => (await platform.fetch('/api/ai/governance/platform/incidents?limit=100')).text(), {
        timeout: 20_000,
      })
      .toContain(`organization ${tenantId}`)
    const operator = await operatorWith()
    expect((await admin.send('POST', repairs(), { reason })).status).toBe(401)
    const repaired = await operator.send('POST', repairs(), { reason })
    expect(repaired.status).toBe(201)
    expect(await repaired.json()).toMatchObject({ segment: 2, breaks: [{ fault: 'head-missing' }] })
    expect((await putClient(code)).status).toBe(201)
    expect((await entries())[1]).toMatchObject({
      action: 'log.repaired',
      actor: expect.stringMatching(/^operator:/) as string,
      facts: { reason, found: expect.stringContaining('head-missing') as string },
    })
    const verdict = await (await admin.fetch('/api/ai/governance/audit/verification')).json()
    expect(verdict).toMatchObject({
      intact: false,
      breaks: [{ fault: 'head-missing', repairedAt: expect.any(String) as string }],
    })
    expect((await operator.send('POST', repairs(), { reason })).status).toBe(409)
  })
})

it('has the end of access that Hub tells of, once', async () => {
  const hub = hubControl(urls.hub, tenantId)
  await hub.putOrganization({ products: ['hub', 'code', 'ai'] })
  const who = identity({ tenantId, product: 'code', role: 'member' })
  await hub.putUser(who.userId, { orgRole: 'member', products: ['code'] })
  await hub.changeUser(who.userId, { status: 'deactivated' })
  await expect
    .poll(async () => (await entries()).filter(({ action }) => action === 'access.changed'), { timeout: 20_000 })
    .toMatchObject([{ subjects: [`user:${who.userId}`], operation: 'hub.iam.user_deactivated' }])
})
