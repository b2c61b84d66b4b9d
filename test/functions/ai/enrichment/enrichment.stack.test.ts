// The steps of an enrichment against the stand-ins of CRM and of the public web: what CRM is told, once, whatever is cut off in between.
import { randomUUID } from 'node:crypto'
import { afterAll, aroundEach, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest'
import { chooseValues, findCandidates, writeValues } from '../../../../functions/ai/enrichment/enrichment-steps.ts'
import { enrichmentTable } from '../../../../functions/ai/enrichment/enrichment-table.ts'
import { enrichmentFlowName } from '../../../../functions/ai/enrichment/flow-name.ts'
import { listEnrichments, showEnrichment } from '../../../../functions/ai/enrichment/reading.ts'
import { requestEnrichment } from '../../../../functions/ai/enrichment/requesting.ts'
import type { RunningStandIn } from '../../../../local/stand-ins/stand-in.ts'
import { startWeb } from '../../../../local/web/web.ts'
import type { RequestReader } from '../../../../shared/auth/request-reader.ts'
import { loadConfig } from '../../../../shared/config/config.ts'
import type { AppError } from '../../../../shared/errors.ts'
import { requestIdOf } from '../../../../shared/flows/attempts.ts'
import { flowRequestTable } from '../../../../shared/flows/flow-request.ts'
import { type Services, createServices } from '../../../../shared/services.ts'
import { runWithLogSink } from '../../../../shared/telemetry/log.ts'
import { newTenantId } from '../../../support/browser-client.ts'
import { crmControl } from '../../../support/crm-control.ts'
import { flowsAfter } from '../../../support/flows-after.ts'
import { hubControl } from '../../../support/hub-control.ts'
import { northwind, withThing } from './page.ts'

const stack = inject('stack')
let web: RunningStandIn
let services: Services
let tenantId: string

beforeAll(async () => {
  web = await startWeb({ port: 0 })
  services = createServices(loadConfig({ ...stack.settings, WEB_STAND_IN_URL: web.url }))
})
afterAll(async () => {
  await services.close()
  await web.close()
})
aroundEach((runTest) => runWithLogSink(() => {}, runTest))
beforeEach(async () => {
  tenantId = newTenantId()
  await hubControl(stack.urls.hub, tenantId).putOrganization({ products: ['hub', 'ai', 'crm'], aiTier: 'ai-pro' })
})

const ask = async (url: string, method: string, body?: unknown): Promise<unknown> => {
  const response = await fetch(url, {
    method,
    ...(body !== undefined && { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
  })
  const text = await response.text()
  if (!response.ok) throw new Error(`${method} ${url}: ${response.status} ${text}`)
  return text === '' ? undefined : JSON.parse(text)
}
const crm = (method: string, path: string, body?: unknown) =>
  ask(`${stack.urls.crm}/_control/${path}?tenantId=${tenantId}`, method, body)
const company = (given: object = {}) =>
  crm('PUT', 'enrichable/company/c-1', {
    name: 'Northwind Traders',
    companyName: 'Northwind Traders',
    website: 'https://www.northwind.com/',
    emailDomains: [],
    industries: ['Retail', 'Food processing'],
    fields: [{ field: 'foundedYear', value: '1990', origin: 'person' }],
    ...given,
  })
const page = (host: string, body: string) => ask(`${web.url}/_control/pages`, 'PUT', { host, path: '/', body })
const site = (host = 'www.northwind.com') =>
  page(
    host,
    withThing({ ...northwind, foundingDate: '1987', numberOfEmployees: 120, description: 'We do food processing.' }),
  )

const fieldsOf = async (): Promise<Record<string, string>> => {
  const { fields } = (await crm('GET', 'enrichable/company/c-1')) as {
    fields: { field: string; value: string; origin: string }[]
  }
  return Object.fromEntries(fields.map(({ field, value, origin }) => [field, `${value} (${origin})`]))
}
const enrichments = async () =>
  ((await crm('GET', 'enrichments')) as { enrichments: { written: string[]; draft: { proposals: object[] } }[] })
    .enrichments

const begin = async (id = 'c-1', now = services.now, flows = flowsAfter(), requestedBy = 'key:test') => {
  const store = services.store()
  const asking = { services, store, now, flows, tenantId, requestedBy }
  const { id: ref, outcome } = await requestEnrichment(asking, { kind: 'company', id })
  const row = async () => (await store.open(enrichmentTable).enrichment.get({ tenantId, ref }))?.value
  const requestId = requestIdOf(ref, (await row())?.attempt ?? 1)
  const step = { store, tenantId, requestId, services, crm: await services.crm(), now }
  const signal = AbortSignal.timeout(60_000)
  return {
    ref,
    requestId,
    outcome,
    find: () => findCandidates(step, signal),
    choose: () => chooseValues(step, signal),
    write: () => writeValues(step),
    row,
  }
}

describe('an enrichment', () => {
  it('fills what is empty, and shows what differs from what a person wrote, with where it stands', async () => {
    await company()
    await site()
    const { find, choose, write } = await begin()
    expect(await find()).toEqual({ candidates: 3 })
    await choose()
    expect(await write()).toEqual({ written: 2, proposed: 2 })
    expect(await fieldsOf()).toEqual({
      foundedYear: '1990 (person)',
      employees: '120 (enrichment)',
      description: 'We do food processing. (enrichment)',
    })
    const [first] = await enrichments()
    expect(first?.draft.proposals).toMatchObject([
      { field: 'industry', value: 'Food processing', confidence: 0.5, why: 'less-certain' },
      {
        field: 'foundedYear',
        value: '1987',
        why: 'differs-from-record',
        provenance: [
          { url: 'https://www.northwind.com/', pageSha256: expect.stringMatching(/^[0-9a-f]{64}$/) as string },
        ],
      },
    ])
  })

  it('is one however often its steps run, also when CRM was told and nobody heard it', async () => {
    await company()
    await site()
    const { find, choose, write, row } = await begin()
    await find()
    await choose()
    const { draft } = (await row()) ?? {}
    await choose()
    expect((await row())?.draft).toEqual(draft)
    await crm('PUT', 'faults', [{ kind: 'commit-then-status', status: 500, operation: 'createEnrichment', times: 1 }])
    expect(await write()).toEqual({ written: 2, proposed: 2 })
    expect(await write()).toEqual({ written: 2, proposed: 2 })
    expect(await enrichments()).toHaveLength(1)
    expect(await row()).not.toHaveProperty('draft')
  })

  it('that was cut off before it was recorded finds what CRM has', async () => {
    await company()
    await site()
    const { find, choose, write, row } = await begin()
    await find()
    await choose()
    const { draft } = (await row()) ?? {}
    if (!draft) throw new Error('There is no draft.')
    await (await services.crm()).createEnrichment(tenantId, draft)
    expect(await write()).toMatchObject({ written: 2 })
    expect(await enrichments()).toHaveLength(1)
  })

  it('keeps what a person wrote in CRM while the pages were read', async () => {
    await company()
    await site()
    const { find, choose, write } = await begin()
    await find()
    await choose()
    await company({ fields: [{ field: 'employees', value: '99', origin: 'person' }] })
    expect(await write()).toMatchObject({ written: 1 })
    expect(await fieldsOf()).toMatchObject({ employees: '99 (person)' })
  })

  it('is one for each record and day', async () => {
    await company()
    const [one, again, other] = [await begin(), await begin(), await begin('c-2')]
    const tomorrow = await begin('c-1', () => new Date(Date.now() + 86_400_000))
    expect(one.requestId).toBe(again.requestId)
    expect(new Set([one.requestId, other.requestId, tomorrow.requestId]).size).toBe(3)
  })
})

describe('an enrichment that somebody has asked for', () => {
  const readerOf = (userId: string, role: 'member' | 'admin' = 'member') =>
    ({ kind: 'session', tenantId, userId, role }) as unknown as RequestReader
  const flows = () => Promise.reject(new Error('It has ended.'))

  it('is read by them, by admins, by products, and by whom CRM shows the record', async () => {
    await company()
    await site()
    const control = crmControl(stack.urls.crm, tenantId)
    await control.showCompany('ann', 'c-1')
    const { ref, requestId } = await begin('c-1', services.now, flowsAfter(), 'user:ann')
    await services.store().open(flowRequestTable).request.insert({
      tenantId,
      flow: enrichmentFlowName,
      requestId,
      instanceId: ref,
      state: 'completed',
      contentHash: '',
      requestedAt: services.now().toISOString(),
      requestedBy: 'user:ann',
      traceparent: '',
    })
    const shownTo = (caller: RequestReader) =>
      showEnrichment({ services, flows, caller }, ref).then(
        ({ id }) => id,
        ({ code }: AppError) => code,
      )
    const product = { kind: 'integration', tenantId, keyId: 'k' } as unknown as RequestReader
    const listedFor = async (caller: RequestReader) =>
      (await listEnrichments(services.store(), caller, { limit: 5 })).enrichments.map(({ id }) => id)
    for (const caller of [readerOf('ann'), readerOf('olivia', 'admin'), product]) {
      expect(await shownTo(caller)).toBe(ref)
      expect(await listedFor(caller)).toEqual([ref])
    }
    expect(await shownTo(readerOf('ben'))).toBe('forbidden')
    await control.showCompany('cleo', 'c-1')
    expect(await shownTo(readerOf('cleo'))).toBe(ref)
    expect(await listedFor(readerOf('ben'))).toEqual([])
  })
})

describe('an enrichment whose last attempt failed', () => {
  it('is begun again when it is asked for again, and goes on from what was found', async () => {
    await company()
    await site()
    const first = await begin()
    await first.find()
    const again = await begin('c-1', services.now, flowsAfter('failed'))
    expect(again.outcome).toBe('restarted')
    expect(again.requestId).toBe(`${first.requestId}.2`)
    await page('www.northwind.com', '<title>Northwind</title>')
    expect(await again.find()).toEqual({ candidates: 3 })
    await again.choose()
    expect(await again.write()).toEqual({ written: 2, proposed: 2 })
    expect(await begin('c-1', services.now, flowsAfter('failed', 'completed'))).toMatchObject({ outcome: 'existing' })
    expect(await enrichments()).toHaveLength(1)
  })

  it('is looked for anew when CRM had refused it for good', async () => {
    await company()
    await site()
    const first = await begin()
    await first.find()
    await first.choose()
    await crm('PUT', 'faults', [{ kind: 'status', status: 422, operation: 'createEnrichment', times: 1 }])
    await expect(first.write()).rejects.toMatchObject({ code: 'peer-rejected' })
    expect(await first.row()).toMatchObject({ state: 'refused' })
    await company({ fields: [{ field: 'employees', value: '99', origin: 'person' }] })
    const again = await begin('c-1', services.now, flowsAfter('failed'))
    expect(await again.row()).not.toHaveProperty('draft')
    await again.find()
    await again.choose()
    expect(await again.write()).toMatchObject({ written: 2 })
    expect(await again.row()).toMatchObject({ state: 'made', attempt: 2 })
  })
})

describe('an enrichment whose site could not be reached', () => {
  it.each(['/', '/robots.txt'])('since %s was away is begun again when it is asked for again', async (path) => {
    const host = `www.${randomUUID()}.com`
    await company({ website: `https://${host}/` })
    await ask(`${web.url}/_control/pages`, 'PUT', { host, path, status: 503, body: '' })
    const { find, row } = await begin()
    expect([await find(), (await row())?.pages]).toMatchObject([{ candidates: 0 }, [{ fault: 'unreachable' }]])
    await ask(`${web.url}/_control/pages`, 'PUT', { host, path: '/robots.txt', status: 404, body: '' })
    await site(host)
    const again = await begin('c-1', services.now, flowsAfter('completed'))
    expect(again.outcome).toBe('restarted')
    expect(await again.find()).toEqual({ candidates: 3 })
    await again.choose()
    expect(await again.write()).toMatchObject({ written: 2 })
    expect((await begin('c-1', services.now, flowsAfter('completed', 'completed'))).outcome).toBe('existing')
    expect(await enrichments()).toHaveLength(1)
  })
})

describe('nothing is written', () => {
  it('for a record that CRM has not', async () => {
    const { find, row } = await begin('unknown')
    expect(await find()).toEqual({ candidates: 0 })
    expect(await row()).toMatchObject({ stop: 'source-data-unavailable' })
  })

  it('for a person to whom CRM does not show the record, who is told; neither while CRM cannot be asked', async () => {
    await company()
    await site()
    const control = crmControl(stack.urls.crm, tenantId)
    await control.showCompany('ann', 'c-1')
    const askedBy = (userId: string, id = 'c-1') =>
      begin(id, services.now, flowsAfter(), `user:${userId}`).then(
        ({ outcome }) => outcome,
        ({ code, message }: AppError) => [code, message],
      )
    expect(await askedBy('ben')).toEqual(['forbidden', 'CRM does not show you this company.'])
    expect(await askedBy('ann', 'c-2')).toEqual(['not-found', 'CRM has no such company.'])
    await control.setFaults({ operation: 'viewCompany', kind: 'expired-key' })
    expect((await askedBy('ann'))[0]).toBe('peer-unauthorized')
    await control.clearFaults()
    const { listed } = services.store().open(enrichmentTable)
    expect((await listed.list({ tenantId }, { limit: 10 })).rows).toEqual([])
    expect(await askedBy('ann')).toBe('started')
  })

  it('for a company of which no web site is known', async () => {
    await company({ website: null, emailDomains: ['gmail.com'] })
    const { find, row } = await begin()
    await find()
    expect(await row()).toMatchObject({ stop: 'no-web-site' })
  })

  it('from the site of another organization', async () => {
    await company({ website: 'https://www.contoso.com/' })
    await page('www.contoso.com', '<title>Contoso</title><p>We employ 120 people.</p>')
    const { find, row } = await begin()
    await find()
    expect(await row()).toMatchObject({ stop: 'another-organization' })
  })

  it('from an address that is not of the public web, whoever put it into CRM', async () => {
    await company({ website: 'https://169.254.169.254/metadata' })
    const { find, row } = await begin()
    expect(await find()).toEqual({ candidates: 0 })
    expect(await row()).toMatchObject({ stop: 'nothing-found', pages: [{ fault: 'address-refused' }] })
  })

  it('for an organization without a tier of the AI Platform, and whoever asks is told', async () => {
    await hubControl(stack.urls.hub, tenantId).putOrganization({ products: ['hub', 'crm'], aiTier: null })
    await expect(begin()).rejects.toMatchObject({ code: 'ai-tier-missing' })
  })

  it('for an organization that has opted out of AI', async () => {
    const { tenantSettingsTable } = await import('../../../../shared/tenants/tenant-settings.ts')
    await services.store().open(tenantSettingsTable).settings.upsert({
      tenantId,
      clientId: '',
      aiOptOut: true,
      revision: '1',
      updatedAt: '2026-11-02T10:00:00.000Z',
      updatedBy: 'user:ann',
    })
    await expect(begin()).rejects.toMatchObject({ code: 'ai-opted-out' })
  })
})
