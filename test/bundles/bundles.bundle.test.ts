// What is deployed: the bundle of each Function App in a host of its own, side by side, with storage, broker and stand-ins that both
// passes share. Every capability over its real door, every timer, every subscriber, every flow; on the Node.js that is deployed and, in a
// long run, on the oldest that the bundles ask for.
import { randomUUID } from 'node:crypto'
import { globSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { createGateway } from '@theone/ai-gateway/gateway'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { functionApps } from '../../functions/apps/all.ts'
import { projectFolder } from '../../local/parts.ts'
import type { Stack } from '../../local/stack.ts'
import { createIntegrationKey } from '../../shared/auth/integration-key.ts'
import { createStore } from '../../shared/store/store.ts'
import type { Definition } from '../../shared/triggers/register.ts'
import { type Client, identity, newTenantId, signIn } from '../support/browser-client.ts'
import { eventOf, publish } from '../support/bus-events.ts'
import { cmdbControl } from '../support/cmdb-control.ts'
import { crmControl } from '../support/crm-control.ts'
import { defendControl } from '../support/defend-control.ts'
import { detection, detectionEvent } from '../support/detections.ts'
import { eventually } from '../support/eventually.ts'
import { call, investigation, startEvidencing, tellingOf } from '../support/evidence.ts'
import { newRepository, vulnerability } from '../support/findings.ts'
import { hubControl } from '../support/hub-control.ts'
import { psaControl } from '../support/psa-control.ts'
import { samplePathOf } from '../support/sample-path.ts'
import { startTestStack } from '../support/stack-setup.ts'
import { isLong } from '../support/thoroughness.ts'
import { runTimerUntil } from '../support/timer-run.ts'
import { welcome } from '../support/welcome.ts'
import { recommendation } from '../functions/code/projects/projecting.ts'
import { migration } from '../functions/code/opportunities/crm-sales.ts'
import { draft } from '../functions/code/cmdb/cmdb-stage.ts'
import { startSearching } from '../functions/ai/root-causes/searching.ts'
import { startAssisting, talk } from '../functions/ai/live-assistance/assisted-call.ts'
import { first, recorded, second } from '../functions/ai/transcription/recorded-call.ts'
import { knowRepository, studies } from '../functions/code/studies/studying.ts'

const folder = inject('bundles')
const dataFolder = mkdtempSync(join(tmpdir(), 'bundled-stack-'))
const lines: string[] = []
let stack: Stack

/** What the functions have logged since this pass began. */
type LogRecord = {
  readonly level: string
  readonly event: string
  readonly function?: string
  readonly status?: number
}
let records: LogRecord[] = []
const take = (line: string): void => {
  lines.push(line)
  const [json] = /\{"level":.*\}$/.exec(line) ?? []
  if (json !== undefined) records.push(JSON.parse(json) as LogRecord)
}
const functionsThat = (event: string, holds: (record: LogRecord) => boolean = () => true): ReadonlySet<string> =>
  new Set(records.flatMap((record) => (record.event === event && holds(record) ? [record.function ?? ''] : [])))
const untilLogged = (event: string, names: readonly string[]): Promise<unknown> =>
  eventually(
    async () => names.filter((name) => !functionsThat(event).has(name)),
    (missing) => missing.length === 0,
    60_000,
  )

const named = (...kinds: readonly Definition['kind'][]): readonly string[] => [
  ...new Set(
    functionApps.flatMap(({ definitions }) =>
      definitions.filter(({ kind }) => kinds.some((wanted) => wanted === kind)).map(({ name }) => name),
    ),
  ),
]
/**
 * The rotation of a key waits for days until its consumer has moved: its steps are run in test/functions/governance/keys. A transcription is given up
 * where it failed for good, and here nothing does: test/functions/ai/transcription.
 */
const isOfAnHour = (name: string): boolean =>
  !/^ai-(?:give-up-transcription$|key-rotation-command|(?:cancel-key-rotation|look-at-key-adoption|revoke-suspected-key)$|\w+-rotated-key$)/.test(
    name,
  )

const httpDefinitions = functionApps
  .flatMap(({ definitions }) => definitions)
  .filter((definition) => definition.kind === 'http')

beforeAll(async () => {
  stack = await startTestStack({
    dataFolder,
    entry: { folder },
    onLine: (part, line) => part === 'functions' && take(line),
  })
}, 180_000)
afterAll(async () => {
  await stack?.stop()
  rmSync(dataFolder, { recursive: true, force: true })
}, 60_000)

const older = join(projectFolder, 'node_modules/node22/bin', process.platform === 'win32' ? 'node.exe' : 'node')

describe.each([{ version: 'v24.', node: undefined }, ...(isLong ? [{ version: 'v22.', node: older }] : [])])(
  'the bundles on Node.js $version',
  ({ version, node }) => {
    let tenantId: string
    let admin: Client
    let member: Client

    beforeAll(async () => {
      if (node !== undefined) {
        lines.length = 0
        records = []
        await stack.restartHost({}, { folder, node })
      }
      tenantId = newTenantId()
      await hubControl(stack.urls.hub, tenantId).putOrganization({ products: ['hub', 'psa', 'code', 'ai', 'defend'] })
      const [asAdmin, asMember] = [identity({ tenantId, role: 'admin' }), identity({ tenantId, role: 'member' })]
      admin = await signIn(stack.urls, asAdmin)
      member = await signIn(stack.urls, asMember)
    }, 120_000)

    const ask = async (client: Client, method: string, path: string, body?: unknown): Promise<unknown> => {
      const response = body === undefined ? await client.fetch(path, { method }) : await client.send(method, path, body)
      const text = await response.text()
      if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`)
      return text === '' ? undefined : JSON.parse(text)
    }
    const put = (path: string, body: unknown): Promise<unknown> => ask(admin, 'PUT', `/api/code/${path}`, body)

    it('run on it, each with exactly its functions, and are ready', async () => {
      expect(lines.filter((line) => line.includes(`on Node.js ${version}`))).toHaveLength(functionApps.length)
      const response = await fetch(`${stack.urls.functions}/admin/functions`)
      const hosted = ((await response.json()) as { name: string }[]).map(({ name }) => name)
      expect(hosted.toSorted()).toEqual(
        [...new Set(functionApps.flatMap(({ definitions }) => definitions.map(({ name }) => name)))].toSorted(),
      )
      const health = httpDefinitions.filter(({ route }) => /\/health\/(?:live|ready)$/.test(route))
      expect(health).toHaveLength(2 * functionApps.length)
      for (const { route } of health) {
        const answer = await fetch(`${stack.urls.functions}/api/${route}`)
        expect([route, answer.status, await answer.json()]).toMatchObject([
          route,
          200,
          { status: /live|ready/.exec(route)?.[0] },
        ])
      }
    })

    // Where a product takes too long, on a machine that is busy: whoever calls is told to come again.
    it('answer each request, whatever becomes of it', async () => {
      const store = createStore({ connectionString: stack.settings['DATA_STORAGE'] ?? '' })
      const someone = newTenantId()
      const statuses: (readonly [name: string, status: number])[] = []
      const askAll = async (definitions: typeof httpDefinitions): Promise<void> => {
        for (const definition of definitions) {
          const headers = await welcome({ urls: stack.urls, store, tenantId: someone }, definition)
          const statusOf = async (): Promise<number> => {
            const response = await fetch(`${stack.urls.functions}${samplePathOf(definition)}`, {
              method: definition.method,
              headers: { ...headers, 'x-forwarded-for': '10.1.2.3' },
              redirect: 'manual',
            })
            return response.status
          }
          const status = await eventually(statusOf, (seen) => seen !== 503, 15_000).catch(() => 503)
          statuses.push([definition.name, status])
        }
      }
      await Promise.all([0, 1, 2, 3].map((lane) => askAll(httpDefinitions.filter((_, index) => index % 4 === lane))))
      expect(statuses.filter(([, status]) => status >= 500 || status === 401)).toEqual([])
    })

    it('file a ticket without the secret that slipped into it, and list it', async () => {
      const psa = psaControl(stack.urls.psa, tenantId)
      await psa.setCompanies(['company-northwind'])
      // Of a kind that only the rules of secretlint know; not in one piece, so that no scanner takes this file for a leak.
      const secret = ['lin', 'api', 'q7'.repeat(20)].join('_')
      const finding = vulnerability({ description: `It was seen with ${secret} in the log.` })
      await put('clients/client-northwind', { name: 'Northwind', psaCompanyId: 'company-northwind' })
      await put(`client-mappings/organization/${finding.repository.organizationId}`, { clientId: 'client-northwind' })
      await put('settings', { revision: null, settings: { hourlyRate: { amountMinor: 10_000, currency: 'EUR' } } })
      await ask(member, 'POST', '/api/code/tickets', finding)
      const [shown] = await psa.tickets()
      expect(JSON.stringify(shown)).toContain(finding.title)
      expect(JSON.stringify(shown)).not.toContain(secret)
      expect(await ask(member, 'GET', '/api/code/tickets')).toMatchObject({
        psaAvailable: true,
        tickets: [{ title: expect.stringContaining(finding.title) as string }],
      })
    })

    it('say what is wrong with an input in words', async () => {
      const response = await member.send('POST', '/api/code/tickets', { ...vulnerability(), title: 7 })
      expect(response.status).toBe(400)
      expect(JSON.stringify(await response.json())).toContain('"title"')
    })

    it('make an opportunity of a finding', async () => {
      await ask(member, 'POST', '/api/code/opportunities', migration())
      expect(await crmControl(stack.urls.crm, tenantId).opportunities()).toHaveLength(1)
      expect(await ask(member, 'GET', '/api/code/opportunities')).toMatchObject({ opportunities: [{}] })
    })

    it('take what is known of sources', async () => {
      await put('organizations/org-1', { provider: 'github', orgLogin: 'northwind', repoCount: 1 })
      await put('organizations/org-1/repositories/repo-1', { name: 'northwind/storefront' })
      await put('backups/job-1', { repositoryId: 'repo-1', organizationId: 'org-1' })
      const completedAt = new Date().toISOString()
      await put('repositories/repo-1/scans/scan-1', { organizationId: 'org-1', completedAt, secrets: [] })
      expect(await ask(admin, 'GET', '/api/code/billing/usage')).toBeDefined()
    })

    it('have a project made, by an orchestration to its end', async () => {
      const repository = newRepository()
      const { id } = (await ask(member, 'POST', '/api/code/projects', recommendation({ repository }))) as { id: string }
      const ended = await eventually(
        () => ask(member, 'GET', `/api/code/projects/${id}`),
        (project) => Boolean((project as { finishedAt?: string }).finishedAt),
        60_000,
      )
      expect(ended).toMatchObject({ state: 'completed', psaProject: { status: 'planned' } })
    })

    it('sync an application profile to CMDB, by a command and an orchestration to its end', async () => {
      const sync = async (): Promise<unknown> => {
        const { id } = (await ask(admin, 'POST', '/api/code/cmdb/sync')) as { id: string }
        return eventually(
          () => ask(member, 'GET', `/api/code/cmdb/sync/${id}`),
          (seen) => Boolean((seen as { finishedAt?: string }).finishedAt),
          60_000,
        )
      }
      const { assets } = cmdbControl(stack.urls.cmdb, tenantId)
      await put('app-profiles/repo-1', draft({ organizationId: 'org-1' }))
      expect(await sync()).toMatchObject({ state: 'completed' })
      expect(await assets()).toMatchObject([{ clientId: null }])
      // Another client of the repository: all assets are compared with their clients.
      await put('clients/client-fabrikam', { name: 'Fabrikam', cmdbClientId: 'fabrikam' })
      await put('client-mappings/repository/repo-1', { clientId: 'client-fabrikam' })
      expect(await sync()).toMatchObject({ state: 'completed' })
      expect(await assets()).toMatchObject([{ clientId: 'fabrikam' }])
    })

    it('bring a detection of Defend into PSA', async () => {
      const psa = psaControl(stack.urls.psa, tenantId)
      const found = detection()
      await publish(stack.urls.bus, 'defend', detectionEvent(tenantId, found))
      await eventually(psa.tickets, (tickets) => JSON.stringify(tickets).includes(found.title), 60_000)
    })

    it('follow a user of Hub: an agent in PSA, a session that ends, an event in Defend', async () => {
      const hub = hubControl(stack.urls.hub, tenantId)
      const who = identity({ tenantId, role: 'member' })
      await hub.putUser(who.userId, { orgRole: 'member', products: ['psa', 'code'] })
      const psa = psaControl(stack.urls.psa, tenantId)
      await eventually(psa.agents, (agents) => agents.some((agent) => agent.identity === who.userId), 60_000)
      const session = await signIn(stack.urls, who)
      await hub.changeUser(who.userId, { status: 'deactivated' })
      await eventually(
        async () => (await session.fetch('/api/code/session')).status,
        (status) => status === 401,
        60_000,
      )
      const { auditEvents } = defendControl(stack.urls.defend, tenantId)
      await eventually(auditEvents, (events) => events.some(({ userId }) => userId === who.userId), 60_000)
    })

    it('answer a feature from its sources and by rule, and a conversation in the form of the OpenAI API', async () => {
      const key = stack.integrationKey
      const gateway = createGateway({ url: `${stack.urls.functions}/api`, key })
      const text =
        'Orders are kept in the table orders. Call +49 30 901820 when one fails. The card is 4111 1111 1111 1111.'
      const input = { repository: { name: 'northwind/billing' }, sources: [{ id: 'a.sql', text }] }
      const [told, classified] = await Promise.all([
        gateway.ask('code-review-narrative', input),
        gateway.ask('code-regulatory-classification', input),
      ])
      expect([told.model, classified.model]).toEqual(['embedded', 'rules'])
      expect(told.answer).toContain('table orders')
      const kinds: string[] = []
      for await (const { kind } of gateway.stream('code-review-narrative', input)) kinds.push(kind)
      expect([...new Set(kinds)]).toEqual(['progress', 'text', 'done'])
      const response = await fetch(`${stack.urls.functions}/api/ai/v1/chat/completions`, {
        method: 'POST',
        headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
        body: JSON.stringify({ model: 'fast', messages: [{ role: 'user', content: text }] }),
      })
      expect([response.status, await response.json()]).toMatchObject([200, { object: 'chat.completion' }])
      const streamed = await fetch(`${stack.urls.functions}/api/ai/v1/chat/completions`, {
        method: 'POST',
        headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
        body: JSON.stringify({ model: 'fast', stream: true, messages: [{ role: 'user', content: text }] }),
      })
      expect(await streamed.text()).toMatch(/chat\.completion\.chunk[^]*data: \[DONE\]\n\n$/)
    })

    it('write a study of a repository, by the gateway and an orchestration to its end', async () => {
      await hubControl(stack.urls.hub, tenantId).putOrganization({
        products: ['hub', 'psa', 'code', 'ai', 'defend'],
        aiTier: 'ai-pro',
      })
      await knowRepository(createStore({ connectionString: stack.settings['DATA_STORAGE'] ?? '' }), tenantId)
      const { id } = (await ask(member, 'POST', '/api/code/studies', studies.documentation)) as { id: string }
      const ended = await eventually(
        () => ask(member, 'GET', `/api/code/studies/${id}`),
        (study) => Boolean((study as { finishedAt?: string }).finishedAt),
        60_000,
      )
      expect(ended).toMatchObject({ state: 'completed', parts: ['database', 'data_flow'] })
    })

    it('enrich a company of CRM from its web site, by an orchestration to its end', async () => {
      const response = await fetch(
        `${stack.urls.crm}/_control/enrichable/company/fabrikam?${new URLSearchParams({ tenantId }).toString()}`,
        {
          method: 'PUT',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({
            name: 'Fabrikam',
            companyName: 'Fabrikam',
            website: 'https://www.fabrikam-demo.com/',
            emailDomains: [],
            industries: [],
            fields: [],
          }),
        },
      )
      expect(response.status).toBe(204)
      const who = identity({ tenantId, role: 'member', product: 'ai' })
      await crmControl(stack.urls.crm, tenantId).showCompany(who.userId, 'fabrikam')
      const person = await signIn(stack.urls, who)
      const asked = { kind: 'company', id: 'fabrikam' }
      const { id } = (await ask(person, 'POST', '/api/ai/enrichments', asked)) as { id: string }
      const ended = await eventually(
        () => ask(person, 'GET', `/api/ai/enrichments/${id}`),
        (enrichment) => Boolean((enrichment as { finishedAt?: string }).finishedAt),
        60_000,
      )
      expect(ended).toMatchObject({
        state: 'completed',
        written: expect.arrayContaining(['employees', 'linkedIn', 'phone']) as string[],
      })
    })

    it('enrich an asset of CMDB from RMM, by an orchestration to its end', async () => {
      const url = `${stack.urls.cmdb}/_control/enrichable/asset-1?${new URLSearchParams({ tenantId }).toString()}`
      const asset = { name: 'srv-1', kind: 'device', fields: [] }
      const headers = { 'content-type': 'application/json' }
      expect((await fetch(url, { method: 'PUT', headers, body: JSON.stringify(asset) })).status).toBe(204)
      const key = await createIntegrationKey(createStore({ connectionString: stack.settings['DATA_STORAGE'] ?? '' }), {
        environment: 'test',
        tenantId,
        integration: 'cmdb→ai',
        scopes: ['ai:asset-enrichments:write'],
        now: new Date(),
      })
      const asked = await fetch(`${stack.urls.functions}/api/ai/asset-enrichments`, {
        method: 'POST',
        headers: { ...headers, 'x-integration-key': key },
        body: JSON.stringify({ assetReference: 'asset-1' }),
      })
      expect(asked.status).toBe(202)
      const { id } = (await asked.json()) as { id: string }
      const reader = await signIn(stack.urls, identity({ tenantId, role: 'admin', product: 'ai' }))
      const ended = await eventually(
        () => ask(reader, 'GET', `/api/ai/asset-enrichments/${id}`),
        (enrichment) => Boolean((enrichment as { finishedAt?: string }).finishedAt),
        60_000,
      )
      expect(ended).toMatchObject({ state: 'completed', written: [], sources: [{ product: 'rmm' }, {}, {}] })
    })

    it('show somebody their own WorkDNA', async () => {
      const who = identity({ tenantId, role: 'member', product: 'ai' })
      const { userId } = who
      const people = async (path: string, body: object) => {
        const url = `${stack.urls.people}/_control/${path}?${new URLSearchParams({ tenantId }).toString()}`
        const headers = { 'content-type': 'application/json' }
        expect((await fetch(url, { method: 'PUT', headers, body: JSON.stringify(body) })).status).toBe(204)
      }
      await people('readers', { readers: [{ userId, role: 'member', clientIds: null }] })
      const workDna = { strengths: ['Quiet'], worksOftenWith: [] }
      await people(`records/profile/${userId}`, { clientId: null, record: { name: 'Ann Lee', workDna } })
      const person = await signIn(stack.urls, who)
      expect(await ask(person, 'GET', `/api/ai/people/profiles/${userId}`)).toMatchObject({ workDna })
    })

    it('write what AI makes of an investigation and of a call into Defend and Voice', async () => {
      const stage = await startEvidencing(stack)
      const investigationId = await stage.defend.put('investigation', investigation())
      const callId = await stage.voice.put('call', call())
      await publish(stack.urls.bus, 'defend', tellingOf('narrative', stage.tenantId, investigationId))
      await publish(stack.urls.bus, 'voice', tellingOf('recap', stage.tenantId, callId))
      for (const product of [stage.defend, stage.voice])
        expect(await eventually(product.results, (results) => results.length > 0, 60_000)).toMatchObject([
          { result: { state: 'available' } },
        ])
    })

    it('transcribe the recording of a call, by an orchestration to its end, and recap it', async () => {
      const stage = await startEvidencing(stack)
      const callId = await stage.voice.put('call', recorded([first, second]), 'client-1', `call-${stage.tenantId}`)
      const data = { call_id: callId, client_id: null, ready_at: new Date().toISOString() }
      await publish(stack.urls.bus, 'voice', eventOf({ type: 'voice.recording.ready', tenantId: stage.tenantId, data }))
      const results = await eventually(stage.voice.results, (found) => found.length === 2, 60_000)
      expect(results.map(({ result }) => result.state)).toEqual(['available', 'available'])
      const voice = await signIn(stack.urls, identity({ tenantId: stage.tenantId, role: 'admin', product: 'ai' }))
      const ended = await eventually(
        () => ask(voice, 'GET', `/api/ai/transcriptions/${callId}`),
        (shown) => Boolean((shown as { finishedAt?: string }).finishedAt),
        60_000,
      )
      expect(ended).toMatchObject({ state: 'completed', outcome: 'written' })
    })

    it('assist a technician in a running call, as a stream', async () => {
      const { says, who } = await startAssisting(stack, { isEmbedded: true })
      const callId = await says(undefined, talk)
      const technician = await signIn(stack.urls, who)
      const leaving = new AbortController()
      const stream = await technician.fetch(`/api/ai/live-assistance?callId=${callId}`, {
        headers: { accept: 'text/event-stream' },
        signal: leaving.signal,
      })
      let text = ''
      for await (const part of stream.body?.pipeThrough(new TextDecoderStream()) ?? []) {
        text += part
        if (text.includes('event: replies')) break
      }
      leaving.abort()
      expect(text).toMatch(/event: call[^]*event: articles[^]*kb-outlook[^]*event: replies/)
    })

    it('find the root cause of a ticket, by an orchestration to its end', async () => {
      const { begin, ended, notes } = await startSearching(stack)
      expect(await ended(await begin())).toMatchObject({ state: 'completed' })
      expect(await notes()).toHaveLength(1)
    })

    it('score what a device does, by HTTP and by bus, and the logins of a user', async () => {
      const events = [{ at: new Date().toISOString(), kind: 'logon' as const, user: 'ann' }]
      const response = await fetch(`${stack.urls.functions}/api/ai/behavioral-analysis`, {
        method: 'POST',
        headers: { 'x-integration-key': stack.integrationKey, 'content-type': 'application/json' },
        body: JSON.stringify({ batchId: randomUUID(), devices: [{ deviceId: 'device-1', events }] }),
      })
      expect([response.status, await response.json()]).toMatchObject([200, { devices: [{ standing: 'learning' }] }])
      const data = { batch_id: randomUUID(), devices: [{ device_id: 'device-2', events }] }
      await publish(stack.urls.bus, 'defend', eventOf({ type: 'defend.device.activity', tenantId, data }))
      const answered = {
        suggestion_id: randomUUID(),
        field: 'category' as const,
        outcome: 'shown' as const,
        answered_at: new Date().toISOString(),
      }
      await publish(stack.urls.bus, 'psa', eventOf({ type: 'psa.suggestion.answered', tenantId, data: answered }))
      const login = {
        actor: { type: 'user' as const, id: 'ann' },
        user_id: 'ann',
        outcome: 'success' as const,
        method: 'entra' as const,
      }
      await publish(stack.urls.bus, 'hub', eventOf({ type: 'hub.auth.login_success', tenantId, data: login }))
    })

    it('tell what People tells of the work of people to nobody where it is switched off', async () => {
      const data = {
        user_id: 'ann',
        day: '2026-03-01',
        records_opened: 1,
        records_exported: 1,
        active_hours: [9],
      }
      await publish(stack.urls.bus, 'people', eventOf({ type: 'people.work_day.summarized', tenantId, data }))
    })

    it('handle messages by every subscriber and command', async () => {
      await untilLogged('message.handled', named('subscriber', 'command').filter(isOfAnHour))
    })

    it('run every step of every orchestration', async () => {
      await untilLogged('flow.step.completed', named('activity').filter(isOfAnHour))
    })

    it('run every timer', async () => {
      for (const name of named('timer'))
        await runTimerUntil(
          stack.urls.functions,
          name,
          async () => functionsThat('timer.run.completed').has(name),
          60_000,
        )
    }, 180_000)

    it('have answered for every capability, and nothing of it has failed', async () => {
      const answered = functionsThat('http.request.completed', ({ status = 500 }) => status < 400)
      for (const file of globSync('functions/*/*/endpoints.ts', { cwd: projectFolder })) {
        const exported = Object.values((await import(join(projectFolder, file))) as Record<string, unknown>).flat()
        const names = exported.map((definition) => (definition as Partial<Definition>).name ?? '')
        expect([basename(dirname(file)), names.some((name) => answered.has(name))]).toEqual([
          basename(dirname(file)),
          true,
        ])
      }
      const failed = records.filter(
        ({ level, event, status }) => level === 'error' && !(event === 'http.request.failed' && status === 503),
      )
      expect(failed).toEqual([])
    })
  },
)
