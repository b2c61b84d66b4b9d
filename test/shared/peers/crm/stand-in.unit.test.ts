import { randomUUID } from 'node:crypto'
import { appendFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, aroundEach, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { type RunningCrm, start as startCrm } from '../../../../shared/peers/crm/stand-in/stand-in.ts'
import type { Fault } from '../../../../local/stand-ins/faults.ts'
import { type CrmClient, createCrmClient } from '../../../../shared/peers/crm/client.ts'
import type { CrmOpportunityDraft } from '../../../../shared/peers/crm/contract.ts'
import { runWithLogSink } from '../../../../shared/telemetry/log.ts'
import { type CrmControl, crmControl } from '../../../support/crm-control.ts'
import { startStandInProcess } from '../../../support/stand-in-process.ts'

const key = 'stand-in-key'
let running: RunningCrm
let crm: CrmClient

const connect = (baseUrl: string, attemptMs = 5_000, max = 3, withKey = key): CrmClient =>
  createCrmClient({
    baseUrl,
    key: () => withKey,
    timeouts: { attemptMs, deadlineMs: 8_000 },
    retries: { max, initialDelayMs: 1, maxDelayMs: 2 },
  })

beforeAll(async () => {
  running = await startCrm({ port: 0, keys: ['another', key] })
  crm = connect(running.url)
})
afterAll(() => running.close())
aroundEach((runTest) => runWithLogSink(() => {}, runTest))

const newTenant = (): { readonly tenantId: string; readonly control: CrmControl } => {
  const tenantId = randomUUID()
  return { tenantId, control: crmControl(running.url, tenantId) }
}

const draftOf = (externalReference: string, changes: Partial<CrmOpportunityDraft> = {}): CrmOpportunityDraft => ({
  externalReference,
  name: 'Migrate northwind/storefront to Node 24',
  companyId: null,
  value: { amountMinor: 1_250_050, currency: 'EUR' },
  description: 'Node 16 is out of support.',
  source: 'the-one-code',
  type: 'migration_recommendation',
  links: [{ title: 'Finding', url: 'https://code.example/findings/f1' }],
  ...changes,
})

describe('opportunities of the CRM stand-in', () => {
  it('are created open, found, and moved to another stage by people', async () => {
    const { tenantId, control } = newTenant()
    const { outcome, opportunity } = await crm.createOpportunity(tenantId, draftOf('f1'))
    expect(outcome).toBe('created')
    expect(opportunity).toEqual({
      id: expect.any(String) as string,
      externalReference: 'f1',
      name: draftOf('f1').name,
      stage: 'open',
      companyId: null,
      value: { amountMinor: 1_250_050, currency: 'EUR' },
      createdAt: expect.stringMatching(/^20.*Z$/) as string,
      updatedAt: opportunity.createdAt,
      url: `${running.url}/opportunities/${opportunity.id}`,
    })
    expect(await crm.findOpportunityByReference(tenantId, 'f1')).toEqual(opportunity)
    expect(await crm.findOpportunityByReference(tenantId, 'f2')).toBeUndefined()
    expect(await crm.getOpportunities(tenantId, ['none', opportunity.id])).toEqual([opportunity])
    expect(await control.opportunities()).toEqual([{ ...draftOf('f1'), ...opportunity, tenantId }])

    for (const stage of ['won', 'lost', 'open'] as const) {
      await control.setStage(opportunity.id, stage)
      expect(await crm.findOpportunityByReference(tenantId, 'f1')).toMatchObject({ id: opportunity.id, stage })
    }
  })

  it('may have no value', async () => {
    const { tenantId } = newTenant()
    const { opportunity } = await crm.createOpportunity(tenantId, draftOf('f1', { value: null }))
    expect(opportunity.value).toBeNull()
    expect(await crm.findOpportunityByReference(tenantId, 'f1')).toEqual(opportunity)
  })

  it('are not made twice for a reference, whatever stage the first one is at', async () => {
    const { tenantId, control } = newTenant()
    const { opportunity } = await crm.createOpportunity(tenantId, draftOf('f1'))
    expect(await crm.createOpportunity(tenantId, draftOf('f1', { name: 'Other', companyId: 'unknown' }))).toEqual({
      outcome: 'exists',
      opportunity,
    })
    await control.setStage(opportunity.id, 'lost')
    expect(await crm.createOpportunity(tenantId, draftOf('f1'))).toMatchObject({
      outcome: 'exists',
      opportunity: { id: opportunity.id, stage: 'lost' },
    })
    expect(await control.opportunities()).toHaveLength(1)
  })

  it('are one of 20 creations at once', async () => {
    const { tenantId, control } = newTenant()
    const results = await Promise.all(Array.from({ length: 20 }, () => crm.createOpportunity(tenantId, draftOf('f1'))))
    expect(results.filter(({ outcome }) => outcome === 'created')).toHaveLength(1)
    expect(new Set(results.map(({ opportunity }) => opportunity.id)).size).toBe(1)
    expect(await control.opportunities()).toHaveLength(1)
  })

  it('are refused for a company that CRM does not know', async () => {
    const { tenantId, control } = newTenant()
    const draft = draftOf('f1', { companyId: 'acme' })
    const refusal = { code: 'peer-rejected', details: { peerStatus: 422 } }
    await crmControl(running.url, randomUUID()).setCompanies(['acme'])
    await expect(crm.createOpportunity(tenantId, draft)).rejects.toMatchObject(refusal)
    expect(await control.opportunities()).toEqual([])
    await control.setCompanies(['acme', 'globex'])
    expect((await crm.createOpportunity(tenantId, draft)).opportunity.companyId).toBe('acme')
    await control.setCompanies(['globex'])
    await expect(crm.createOpportunity(tenantId, { ...draft, externalReference: 'f2' })).rejects.toMatchObject(refusal)
  })

  it('are kept apart by tenant', async () => {
    const [one, other] = [newTenant(), newTenant()]
    const { opportunity } = await crm.createOpportunity(one.tenantId, draftOf('f1'))
    expect(await crm.getOpportunities(other.tenantId, [opportunity.id])).toEqual([])
    expect(await crm.findOpportunityByReference(other.tenantId, 'f1')).toBeUndefined()
    await expect(other.control.setStage(opportunity.id, 'won')).rejects.toThrow(/404/)
    expect((await crm.createOpportunity(other.tenantId, draftOf('f1'))).outcome).toBe('created')
    expect(await crm.findOpportunityByReference(one.tenantId, 'f1')).toEqual(opportunity)
    await one.control.reset()
    expect([await one.control.opportunities(), (await other.control.opportunities()).length]).toEqual([[], 1])
    expect((await crm.createOpportunity(one.tenantId, draftOf('f1'))).outcome).toBe('created')
  })
})

describe('the CRM stand-in', () => {
  it('is healthy to whoever has a key', async () => {
    expect(await crm.checkHealth('t')).toEqual({ status: 'ok', version: 'stand-in' })
    const stranger = connect(running.url, 5_000, 0, 'stand-in-ke')
    await expect(stranger.checkHealth('t')).rejects.toMatchObject({ code: 'peer-unauthorized' })
  })

  it.each([
    ['POST', '/v1/opportunities', { ...draftOf('f1'), more: 1 }, 400],
    ['POST', '/v1/opportunities', draftOf('f1', { value: { amountMinor: 0.5, currency: 'EUR' } }), 400],
    ['POST', '/v1/opportunities', undefined, 400],
    ['GET', '/v1/opportunities', undefined, 400],
    ['GET', '/v1/opportunities?ids=a&externalReference=b', undefined, 400],
    ['GET', `/v1/opportunities?ids=${Array(101).fill('a').join(',')}`, undefined, 400],
    ['GET', '/v1/opportunities/o1', undefined, 404],
    ['GET', '/opportunities/o1', undefined, 404],
    ['DELETE', '/v1/opportunities/o1', undefined, 404],
  ])('answers %s %s with a problem document', async (method, path, body, status) => {
    const tenantId = randomUUID()
    const response = await fetch(running.url + path, {
      method,
      headers: { 'X-Integration-Key': key, 'X-Tenant-Id': tenantId, 'content-type': 'application/json' },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    })
    expect(response.status).toBe(status)
    expect(response.headers.get('content-type')).toBe('application/problem+json')
    expect(await response.json()).toMatchObject({ status, title: expect.any(String) })
    expect(await crmControl(running.url, tenantId).opportunities()).toEqual([])
  })

  it('refuses a request without a key or a tenant', async () => {
    const refused = async (headers: Record<string, string>) =>
      (await fetch(`${running.url}/v1/health`, { headers })).status
    expect(await refused({ 'X-Tenant-Id': 't' })).toBe(401)
    expect(await refused({ 'X-Integration-Key': key })).toBe(400)
  })

  it('has a control API that asks whose companies they are, and refuses stages that CRM has not', async () => {
    const { tenantId, control } = newTenant()
    const { opportunity } = await crm.createOpportunity(tenantId, draftOf('f1'))
    const send = async (method: string, path: string, body: unknown) => {
      const headers = { 'content-type': 'application/json' }
      const response = await fetch(`${running.url}/_control/${path}`, { method, headers, body: JSON.stringify(body) })
      return response.status
    }
    expect(await send('PUT', 'companies', { companyIds: ['acme'] })).toBe(400)
    expect(await send('PATCH', `opportunities/${opportunity.id}`, { stage: 'parked' })).toBe(400)
    expect(await send('PATCH', 'opportunities/none', { stage: 'won' })).toBe(404)
    expect(await control.opportunities()).toMatchObject([{ stage: 'open' }])
  })
})

describe('faults of the CRM stand-in', () => {
  it.each<[Fault, object]>([
    [{ kind: 'status', status: 500 }, { code: 'peer-unavailable' }],
    [{ kind: 'rate-limit', retryAfter: '60' }, { details: { peerStatus: 429, retryAfterSeconds: 60 } }],
    [{ kind: 'hang' }, { code: 'peer-timeout' }],
    [{ kind: 'wrong-body' }, { code: 'peer-invalid-response' }],
    [{ kind: 'expired-key' }, { code: 'peer-unauthorized' }],
  ])('%o fails a creation, of which nothing is left', async (fault, error) => {
    const { tenantId, control } = newTenant()
    await control.setFaults(fault)
    await expect(connect(running.url, 1_000, 0).createOpportunity(tenantId, draftOf('f1'))).rejects.toMatchObject(error)
    expect(await control.opportunities()).toEqual([])
    await control.clearFaults()
    expect((await crm.createOpportunity(tenantId, draftOf('f1'))).outcome).toBe('created')
  })

  it.each<Fault>([
    { kind: 'commit-then-hang', times: 1 },
    { kind: 'commit-then-status', status: 502, times: 1 },
  ])('%o makes an opportunity whose answer is lost; the second try finds it', async (fault) => {
    const { tenantId, control } = newTenant()
    await control.setFaults({ ...fault, operation: 'createOpportunity' })
    expect((await connect(running.url, 1_000).createOpportunity(tenantId, draftOf('f1'))).outcome).toBe('exists')
    expect(await control.opportunities()).toHaveLength(1)
    await crm.findOpportunityByReference(tenantId, 'f1')
    await crm.getOpportunities(tenantId, ['o1'])
    expect(await control.requests()).toEqual({ createOpportunity: 2, listOpportunities: 2 })
  })
})

describe('the pages of the CRM stand-in', () => {
  it.each([
    [{ amountMinor: 1_250_050, currency: 'EUR' }, 'EUR 12,500.50'],
    [{ amountMinor: 1_250_050, currency: 'JPY' }, 'JPY 1,250,050'],
    [{ amountMinor: 1_250_050, currency: 'KWD' }, 'KWD 1,250.050'],
    [null, 'open'],
  ])('show the value %o', async (value, text) => {
    const { tenantId } = newTenant()
    const { opportunity } = await crm.createOpportunity(tenantId, draftOf('f1', { value }))
    expect(await (await fetch(opportunity.url)).text()).toContain(`<tr><th>Value</th><td>${text}</td></tr>`)
  })

  it('show every text escaped', async () => {
    const { tenantId, control } = newTenant()
    const evil = `<script>alert("'&")</script>`
    await control.setCompanies([evil])
    const { opportunity } = await crm.createOpportunity(
      tenantId,
      draftOf(evil, {
        name: evil,
        companyId: evil,
        description: evil,
        type: evil,
        links: [{ title: evil, url: 'https://code.example/?a="&b=<script>' }],
      }),
    )
    for (const url of [running.url, opportunity.url]) {
      const html = await (await fetch(url)).text()
      expect(html).toContain('&lt;script&gt;alert(&quot;&#39;&amp;&quot;)&lt;/script&gt;')
      expect(html).not.toContain('<script')
    }
    expect(await (await fetch(opportunity.url)).text()).toContain(
      '<a href="https://code.example/?a=&quot;&amp;b=&lt;script&gt;">',
    )
  })
})

describe('the process of the CRM stand-in', () => {
  const folderOf = (): string => {
    const folder = mkdtempSync(join(tmpdir(), 'crm-'))
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
    return folder
  }
  const start = async (folder: string) => {
    const child = await startStandInProcess('crm', { CRM_SERVICE_KEY: key }, folder)
    onTestFinished(() => child.kill())
    return child
  }

  it('has everything that it answered after SIGKILL, and a half-written line does no harm', async () => {
    const folder = folderOf()
    const first = await start(folder)
    const control = crmControl(first.url, 't1')
    await control.setCompanies(['acme'])
    const before = connect(first.url)
    const { opportunity } = await before.createOpportunity('t1', draftOf('f1', { companyId: 'acme' }))
    await before.createOpportunity('t1', draftOf('f2'))
    await control.setStage(opportunity.id, 'won')
    await first.kill()
    appendFileSync(join(folder, 'crm.jsonl'), '{"kind":"opportunity","opp')

    const second = await start(folder)
    const after = connect(second.url)
    expect(await after.createOpportunity('t1', draftOf('f1'))).toMatchObject({
      outcome: 'exists',
      opportunity: { id: opportunity.id, stage: 'won', url: `${second.url}/opportunities/${opportunity.id}` },
    })
    expect((await after.createOpportunity('t1', draftOf('f3', { companyId: 'acme' }))).outcome).toBe('created')
    const kept = await crmControl(second.url, 't1').opportunities()
    expect(kept.map(({ externalReference }) => externalReference)).toEqual(['f1', 'f2', 'f3'])
  })

  it('remembers over a normal end what was reset, and sums up its journal', async () => {
    const folder = folderOf()
    const first = await startCrm({ port: 0, keys: [key], dataFolder: folder })
    for (const tenantId of ['t1', 't2']) {
      const control = crmControl(first.url, tenantId)
      await control.setCompanies(['acme'])
      const { opportunity } = await connect(first.url).createOpportunity(tenantId, draftOf('f1'))
      await control.setStage(opportunity.id, 'lost')
    }
    await crmControl(first.url, 't1').reset()
    await first.close()
    const second = await startCrm({ port: 0, keys: [key], dataFolder: folder })
    onTestFinished(() => second.close())
    expect(await crmControl(second.url, 't1').opportunities()).toEqual([])
    expect(await crmControl(second.url, 't2').opportunities()).toMatchObject([{ stage: 'lost' }])
    expect(readFileSync(join(folder, 'crm.jsonl'), 'utf8').trim().split('\n')).toHaveLength(2)
    const forACompany = (tenantId: string) =>
      connect(second.url).createOpportunity(tenantId, draftOf('f2', { companyId: 'acme' }))
    await expect(forACompany('t1')).rejects.toMatchObject({ details: { peerStatus: 422 } })
    expect((await forACompany('t2')).outcome).toBe('created')
  })

  it('does not start without a key', async () => {
    await expect(startCrm({ port: 0, keys: [] })).rejects.toThrow('needs at least one integration key')
  })
})
