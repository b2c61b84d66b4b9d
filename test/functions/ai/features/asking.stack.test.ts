// The features over HTTP, without a model: the embedded provider and the rules answer, and say so.
import { createGateway } from '@theone/ai-gateway/gateway'
import { GatewayError } from '@theone/ai-gateway/gateway-error'
import { beforeAll, describe, expect, inject, it } from 'vitest'
import { createIntegrationKey } from '../../../../shared/auth/integration-key.ts'
import { aiCallTable } from '../../../../shared/ai/ledger/ai-call-table.ts'
import { createStore } from '../../../../shared/store/store.ts'
import { newClient, newTenantId, signIn, identity } from '../../../support/browser-client.ts'
import { eventually } from '../../../support/eventually.ts'
import { hubControl } from '../../../support/hub-control.ts'

const { urls, settings } = inject('stack')
const store = createStore({ connectionString: settings['DATA_STORAGE'] ?? '' })
const tenantId = newTenantId()
const hub = hubControl(urls.hub, tenantId)

const input = {
  repository: { name: 'northwind/storefront', languages: ['TypeScript'] },
  sources: [
    {
      id: 'src/orders.ts',
      text: 'Orders are stored in the table orders. Each order has one customer_id and a card_number.',
    },
    { id: 'src/mail.ts', text: 'Mail is sent by the worker. It retries five times, then it gives up.' },
  ],
}

type Scopes = Parameters<typeof createIntegrationKey>[1]['scopes']
const keyWith = (scopes: Scopes, of = tenantId): Promise<string> =>
  createIntegrationKey(store, { environment: 'test', tenantId: of, integration: 'code→ai', scopes, now: new Date() })

let key: string
beforeAll(async () => {
  await hub.putOrganization({ aiTier: 'ai-pro' })
  key = await keyWith(['ai:features:code'])
})

const gateway = (own = key) => createGateway({ url: `${urls.functions}/api`, key: own })
const ask = (name: string, body: unknown, headers: Record<string, string> = {}, own = key): Promise<Response> =>
  newClient(urls, { 'x-integration-key': own, ...headers }).send('POST', `/api/ai/features/${name}`, body)

type Told = { readonly type: string; readonly status: number; readonly detail: string }
const problemIn = async (response: Response): Promise<Told> => (await response.json()) as Told

const problemOfAsking = async (work: Promise<unknown>) => {
  const error = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  return error instanceof GatewayError ? error.problem : undefined
}

describe('a feature that answers in text', () => {
  it('quotes its sources when no model is connected, and says so', async () => {
    const whole = await gateway().ask('code-review-narrative', input, { userId: 'user-1' })
    expect(whole).toMatchObject({
      feature: 'code-review-narrative',
      promptVersion: '1',
      model: 'embedded',
      isComplete: true,
      isRepaired: false,
      audience: 'client',
    })
    expect(whole.label).toMatch(/\S/)
    expect(whole.answer).toContain('Orders are stored in the table orders')
  })

  it('comes in pieces that are the whole answer', async () => {
    let text = ''
    let whole: unknown
    for await (const event of gateway().stream('code-documentation', { kind: 'database', ...input })) {
      if (event.kind === 'text') text += event.text
      if (event.kind === 'done') whole = event.answer.answer
    }
    expect(text).not.toBe('')
    expect(whole).toBe(text)
  })

  it('shows no link that its input did not bring', async () => {
    const text =
      'See https://evil.example/?q=1 and ![x](https://evil.example/x.png) for the orders of today. Orders are made at noon.'
    const { answer } = await gateway().ask('code-review-narrative', { ...input, sources: [{ id: 'a.ts', text }] })
    expect(answer).not.toMatch(/evil\.example/)
  })
})

describe('a feature that answers in a form', () => {
  it('answers by rule when no model is connected, with evidence of its own', async () => {
    const { answer, model, label } = await gateway().ask('code-regulatory-classification', input)
    expect([model, answer.classes]).toEqual([
      'rules',
      [expect.objectContaining({ regulation: 'pci-dss', applies: 'possibly', evidence: ['src/orders.ts'] })],
    ])
    expect(label).toMatch(/no model/)
  })

  it('is refused for good when it has no rules: told to connect a model, and counted nowhere', async () => {
    const migration = { ...input, goal: 'Node 24' }
    const problem = await problemOfAsking(gateway().ask('code-migration-paths', migration))
    expect([problem?.status, problem?.code]).toEqual([422, 'model-missing'])
    expect(problem?.detail).toMatch(/^code-migration-paths needs a model.*AI_MODELS.*answersWithoutModel/)
    const events = await ask('code-migration-paths', { input: migration }, { accept: 'text/event-stream' })
    expect([events.status, events.headers.get('content-type')]).toEqual([422, 'application/problem+json'])
    const calls = await store.open(aiCallTable).call.list({ tenantId }, { limit: 100 })
    expect(calls.rows.filter(({ value }) => value.feature === 'code-migration-paths')).toEqual([])
  })

  it('counts no tokens for what rules have answered', async () => {
    const { callId } = await gateway().ask('code-regulatory-classification', input)
    const calls = await eventually(
      () => store.open(aiCallTable).call.list({ tenantId }, { limit: 100 }),
      ({ rows }) => rows.some(({ value }) => value.callId === callId),
      10_000,
    )
    expect(calls.rows.find(({ value }) => value.callId === callId)?.value).toMatchObject({
      model: 'rules',
      promptTokens: 0,
      completionTokens: 0,
    })
  })
})

describe('a feature that is asked for events', () => {
  const events = { accept: 'text/event-stream' }

  it('has its progress and its whole answer in them when it answers in a form', async () => {
    const response = await ask('code-regulatory-classification', { input }, events)
    expect(response.headers.get('content-type')).toContain('text/event-stream')
    expect(Number(response.headers.get('x-ratelimit-remaining-requests'))).toBeGreaterThan(0)
    expect((await response.text()).match(/^event: .*$/gm)).toEqual(['event: progress', 'event: done'])
  })

  it('refuses before the first of them by its status', async () => {
    const response = await ask('code-debt-analysis', { input: {} }, events)
    expect([response.status, response.headers.get('content-type')]).toEqual([400, 'application/problem+json'])
  })
})

describe('whoever asks for a feature', () => {
  it('needs a key of its product', async () => {
    const other = await keyWith(['code:tickets:read'])
    expect((await ask('code-review-narrative', { input }, {}, other)).status).toBe(403)
    expect((await newClient(urls).send('POST', '/api/ai/features/code-review-narrative', { input })).status).toBe(401)
  })

  it('may be a person, who asks for themselves alone', async () => {
    const person = await signIn(urls, identity({ tenantId, role: 'member', product: 'ai' }))
    const asked = await person.send('POST', '/api/ai/features/code-critical-files', {
      input: { repository: input.repository, files: [{ path: 'a.ts', dependents: 3 }] },
    })
    expect([asked.status, ((await asked.json()) as { model: string }).model]).toEqual([200, 'rules'])
    const refused = await person.send('POST', '/api/ai/features/code-critical-files', {
      input: { repository: input.repository, files: [{ path: 'a.ts' }] },
      userId: 'somebody-else',
    })
    expect((await problemIn(refused)).status).toBe(400)
  })

  it('is told what is left of the limits', async () => {
    const { headers } = await ask('code-review-narrative', { input })
    for (const name of ['x-ratelimit-limit-requests', 'x-ratelimit-remaining-requests', 'x-ratelimit-remaining-tokens'])
      expect(Number(headers.get(name))).toBeGreaterThan(0)
  })

  it('is told by name what is wrong with the input', async () => {
    const twice = [...input.sources, ...input.sources]
    const problem = await problemOfAsking(gateway().ask('code-debt-analysis', { ...input, sources: twice }))
    expect([problem?.status, problem?.errors?.map(({ path }) => path)]).toEqual([
      400,
      ['body.input.sources.2.id', 'body.input.sources.3.id'],
    ])
  })

  it('of a feature that there is not is told where the list is', async () => {
    const response = await ask('code-poetry', { input })
    expect([response.status, (await problemIn(response)).detail]).toEqual([
      404,
      expect.stringContaining('/api/ai/features'),
    ])
  })

  it('cannot have an answer repeated, since none is kept', async () => {
    const response = await ask('code-review-narrative', { input }, { 'idempotency-key': 'once' })
    expect([response.status, (await problemIn(response)).detail]).toEqual([
      400,
      expect.stringContaining('Idempotency-Key'),
    ])
  })

  it('is refused while the organization has no tier, with what to buy and where', async () => {
    const without = newTenantId()
    await hubControl(urls.hub, without).putOrganization({ aiTier: null })
    const response = await ask('code-review-narrative', { input }, {}, await keyWith(['ai:features:code'], without))
    expect(await problemIn(response)).toMatchObject({ status: 402, buyAt: expect.stringContaining(urls.hub) as string })
  })

  it('is refused once the organization has opted out', async () => {
    const out = newTenantId()
    await hubControl(urls.hub, out).putOrganization({ aiTier: 'ai-pro' })
    const admin = await signIn(urls, identity({ tenantId: out, role: 'admin', product: 'code' }))
    const { revision } = (await (await admin.fetch('/api/code/settings')).json()) as { revision: string }
    const draft = { revision, settings: { aiOptOut: true } }
    expect((await admin.send('PUT', '/api/code/settings', draft)).status).toBe(200)
    const response = await ask('code-review-narrative', { input }, {}, await keyWith(['ai:features:code'], out))
    expect([response.status, (await problemIn(response)).type]).toEqual([403, 'urn:theonestack:problem:ai-opted-out'])
  })
})

describe('the list of features', () => {
  it('has those that the caller may use, with their schemas', async () => {
    const response = await newClient(urls, { 'x-integration-key': key }).fetch('/api/ai/features')
    const { features } = (await response.json()) as { features: { name: string; path: string; input: object }[] }
    expect(features.map(({ name }) => name)).toContain('code-debt-analysis')
    expect(features[0]).toMatchObject({ path: '/api/ai/features/code-documentation', input: { type: 'object' } })
  })
})

describe('an answer', () => {
  it('is in the ledger and in the audit log, without its content', async () => {
    const tenant = newTenantId()
    await hubControl(urls.hub, tenant).putOrganization({ aiTier: 'ai-pro' })
    const own = await keyWith(['ai:features:code'], tenant)
    await gateway(own).ask('code-review-narrative', input, { userId: 'user-7' })
    const admin = await signIn(urls, identity({ tenantId: tenant, role: 'admin', product: 'ai' }))
    const read = async (path: string) => (await admin.fetch(path)).text()
    const usage = await eventually(
      () => read('/api/ai/usage'),
      (text) => text.includes('code-review-narrative'),
      20_000,
    )
    expect(usage).not.toContain('Orders are stored')
    const log = await read('/api/ai/governance/audit')
    expect(log).toContain('ai.asked')
    expect(log).not.toContain('Orders are stored')
  })
})
