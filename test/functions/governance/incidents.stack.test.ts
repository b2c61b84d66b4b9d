import { randomUUID } from 'node:crypto'
import { HttpRequest, InvocationContext } from '@azure/functions'
import type { ServiceBusReceivedMessage } from '@azure/service-bus'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { governanceEndpoints } from '../../../functions/governance/incidents/endpoints.ts'
import { type OperatorIssuer, startOperatorIssuer } from '../../../local/operators/operator-issuer.ts'
import type { Scope } from '../../../shared/auth/caller.ts'
import { createIntegrationKey } from '../../../shared/auth/integration-key.ts'
import { newEvent } from '../../../shared/bus/event.ts'
import { loadConfig } from '../../../shared/config/config.ts'
import { AppError } from '../../../shared/errors.ts'
import { parkMessage, recordIncident } from '../../../shared/incidents/incident-recording.ts'
import { type Services, createServices } from '../../../shared/services.ts'
import { tenantTable } from '../../../shared/tenants/tenant-directory.ts'
import { serveHttp } from '../../../shared/triggers/http-pipeline.ts'
import { subscriber } from '../../../shared/triggers/subscriber.ts'
import { serveSubscriber } from '../../../shared/triggers/subscriber-pipeline.ts'
import { failureOf, messageOf, newTenant, platformFailure } from '../../shared/incidents/failures.ts'
import { type TestQueue, startTestQueue } from '../../shared/incidents/test-queue.ts'
import { type TestAzurite, startAzurite } from '../../support/azurite.ts'
import { operatorHeaders } from '../../support/operators.ts'
import { startWrappingVault } from '../../support/test-sealing.ts'

let azurite: TestAzurite
let queue: TestQueue
let directory: OperatorIssuer
let services: Services
let tenantId: string
let vault: Awaited<ReturnType<typeof startWrappingVault>>
/** Of all that the functions have logged. */
const lines: string[] = []

beforeAll(async () => {
  azurite = await startAzurite()
  queue = await startTestQueue()
  directory = await startOperatorIssuer({ port: 0, audience: 'local-only-integrations' })
  vault = await startWrappingVault()
  services = createServices(
    loadConfig({
      KEY_VAULT: vault.url,
      DATA_STORAGE: azurite.connectionString,
      SERVICE_BUS: queue.connectionString,
      TRUSTED_PROXY_COUNT: '1',
      OPERATOR_ISSUER: directory.issuer,
      OPERATOR_AUDIENCE: 'local-only-integrations',
      OPERATOR_JWKS_URL: directory.jwksUrl,
      AI_PUBLIC_URL: 'http://127.0.0.1:7071',
      // Nobody is there: the test's organizations are known already.
      HUB_API_URL: 'http://127.0.0.1:1',
      HUB_SERVICE_KEY: 'local-only-hub-service-key',
      AUDIT_SIGNING_KEY: 'local-only-audit-signing-key-0123456789abcdef',
    }),
  )
})
afterAll(async () => {
  await (await services.queues()).close()
  await queue.stop()
  await vault.close()
  await directory.close()
  await azurite.stop()
})
beforeEach(() => {
  tenantId = newTenant()
})

const contextOf = (triggerMetadata: NonNullable<InvocationContext['triggerMetadata']> = {}): InvocationContext =>
  new InvocationContext({
    functionName: 'test',
    logHandler: (_level, ...args) => lines.push(args.map(String).join(' ')),
    triggerMetadata,
  })

type Headers = Readonly<Record<string, string>>
type Called = { readonly status: number; readonly text: string; readonly body: never }

/** Finds the function by its route, as the host does. */
const call = async (method: string, path: string, headers: Headers): Promise<Called> => {
  const url = new URL(path, 'http://127.0.0.1:7071/api/ai/governance/')
  for (const definition of governanceEndpoints) {
    const route = new RegExp(`^/api/${definition.route.replaceAll(/\{(\w+)\}/g, '(?<$1>[^/]+)')}$`)
    const found = route.exec(url.pathname)
    if (!found || definition.method !== method) continue
    const request = new HttpRequest({
      method,
      url: url.href,
      headers: { 'x-forwarded-for': `10.0.0.${Math.floor(Math.random() * 250)}`, ...headers },
      params: { ...found.groups },
    })
    const { status = 0, body } = await serveHttp(definition, services)(request, contextOf())
    const text = body as string
    return { status, text, body: JSON.parse(text) as never }
  }
  throw new Error(`There is no function for ${method} ${url.pathname}.`)
}

const keyFor = async (scopes: readonly Scope[], ofTenant = tenantId): Promise<Headers> => ({
  'x-integration-key': await createIntegrationKey(services.store(), {
    environment: 'test',
    tenantId: ofTenant,
    integration: 'hub→psa',
    scopes,
    now: new Date(),
  }),
})

const sessionFor = async (orgRole: 'owner' | 'admin' | 'member' | 'viewer', ofTenant = tenantId): Promise<Headers> => {
  const seconds = Math.floor(Date.now() / 1_000)
  const userId = `user-${orgRole}`
  const { cookie } = await (
    await services.sessions()
  ).open('ai', {
    sub: userId,
    email: `${userId}@example.com`,
    firstName: 'A',
    lastName: 'B',
    tenantId: ofTenant,
    tenantSlug: ofTenant,
    tenantName: ofTenant,
    orgRole,
    entitlements: ['ai'],
    iss: 'http://127.0.0.1:1',
    aud: 'ai',
    iat: seconds,
    exp: seconds + 60,
    jti: randomUUID(),
    sid: randomUUID(),
    session_exp: seconds + 3_600,
  })
  return { cookie: `oneai_session=${cookie}` }
}

const tools = () => ({ store: services.store(), now: services.now, sealing: services.sealing })
const record = (given: Parameters<typeof failureOf>[1] = {}, ofTenant = tenantId) =>
  recordIncident(tools(), failureOf(ofTenant, given))
const park = async (given: Parameters<typeof messageOf>[1] = {}, ofTenant = tenantId) =>
  (await parkMessage(tools(), failureOf(ofTenant), messageOf(ofTenant, given))).incidentId

const shape = {
  id: expect.stringMatching(/^inc_\d{17}_[0-9a-f]{12}$/) as string,
  title: 'hub→psa, keep PSA agent in step: Another product refused our request',
  severity: 'normal',
  state: 'open',
  count: 1,
  parked: 0,
  firstSeenAt: expect.any(String) as string,
  lastSeenAt: expect.any(String) as string,
  correlationId: expect.any(String) as string,
  resolution: expect.stringContaining('PSA refused the request') as string,
  facts: { peer: 'psa', peerStatus: 422 },
}
const time = expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/) as string

describe('the incidents of an organization', () => {
  it('are listed with all that is shown of them, and nothing else', async () => {
    await record()
    const { status, body } = await call('GET', 'incidents', await sessionFor('member'))
    expect([status, body]).toEqual([200, { incidents: [shape] }])
  })

  it('are none of another organization', async () => {
    await record()
    const other = newTenant()
    expect((await call('GET', 'incidents', await sessionFor('owner', other))).body).toEqual({ incidents: [] })
    const id = await park()
    const headers = await sessionFor('owner', other)
    for (const [method, path] of [
      ['GET', ''],
      ['GET', '/messages'],
      ['POST', '/acknowledge'],
      ['POST', '/resolve'],
      ['POST', '/replay'],
    ] as const)
      expect(await call(method, `incidents/${id}${path}`, headers)).toMatchObject({
        status: 404,
        body: { type: 'urn:theonestack:problem:not-found' },
      })
    await queue.take(0)
    const { body } = await call('GET', `incidents/${id}`, await sessionFor('member'))
    expect(body).toMatchObject({ incident: { state: 'open', parked: 1 } })
  })

  it('are the unresolved ones unless all are asked for, in pages', async () => {
    const [admin, key] = [await sessionFor('admin'), await keyFor(['governance:incidents:read'])]
    for (let index = 0; index < 5; index += 1) await record({ operation: `operation ${index}` })
    const ids = async (query: string): Promise<readonly string[]> => {
      const found: string[] = []
      let cursor = ''
      do {
        const { status, body } = await call('GET', `incidents?limit=2${query}${cursor}`, key)
        const page = body as { incidents: readonly { id: string }[]; nextCursor?: string }
        expect([status, page.incidents.length <= 2]).toEqual([200, true])
        found.push(...page.incidents.map(({ id }) => id))
        cursor = page.nextCursor === undefined ? '' : `&cursor=${page.nextCursor}`
      } while (cursor !== '')
      return found
    }
    const all = await ids('&state=all')
    expect([all.length, new Set(all).size]).toEqual([5, 5])
    await call('POST', `incidents/${all[2] ?? ''}/resolve`, admin)
    expect(await ids('&state=all')).toEqual(all)
    expect(await ids('')).toEqual(all.toSpliced(2, 1))
    expect(await ids('&state=unresolved')).toEqual(all.toSpliced(2, 1))
    expect((await call('GET', 'incidents?state=open', key)).status).toBe(400)
  })

  it('can be read by members and changed by admins, and by keys with the scope for it', async () => {
    const id = await park()
    const callers = {
      viewer: await sessionFor('viewer'),
      member: await sessionFor('member'),
      admin: await sessionFor('admin'),
      reader: await keyFor(['governance:incidents:read']),
      writer: await keyFor(['governance:incidents:write']),
      nobody: {},
    }
    const statuses = async (method: string, path: string) =>
      Object.fromEntries(
        await Promise.all(
          Object.entries(callers).map(async ([name, headers]) => [name, (await call(method, path, headers)).status]),
        ),
      ) as Record<string, number>
    const reading = { viewer: 403, member: 200, admin: 200, reader: 200, writer: 403, nobody: 401 }
    const changing = { viewer: 403, member: 403, admin: 200, reader: 403, writer: 200, nobody: 401 }
    for (const path of ['incidents', `incidents/${id}`, `incidents/${id}/messages`])
      expect(await statuses('GET', path)).toEqual(reading)
    expect(await statuses('POST', `incidents/${id}/replay`)).toEqual({ ...changing, admin: 202, writer: 202 })
    for (const verb of ['acknowledge', 'resolve'])
      expect(await statuses('POST', `incidents/${id}/${verb}`)).toEqual(changing)
    await queue.take(1)
    // What a message says is for those who may change something.
    const parked = await park({ parkedId: 'm-1', messageId: 'm-1' })
    expect(await statuses('GET', `incidents/${parked}/messages/m-1`)).toEqual(changing)
  })

  it('say who acknowledged, replayed and resolved them, and do so once', async () => {
    const [id, admin] = [await park(), await sessionFor('admin')]
    const key = await keyFor(['governance:incidents:write'])
    const acknowledged = await call('POST', `incidents/${id}/acknowledge`, admin)
    const deed = { at: time, by: 'user:user-admin' }
    expect([acknowledged.status, acknowledged.body]).toEqual([
      200,
      { ...shape, id, parked: 1, state: 'acknowledged', acknowledged: deed },
    ])
    expect(await call('POST', `incidents/${id}/acknowledge`, key)).toEqual(acknowledged)
    expect(await call('POST', `incidents/${id}/replay`, key)).toMatchObject({
      status: 202,
      body: { replayed: 1, hasMore: false },
    })
    expect(await call('POST', `incidents/${id}/replay`, key)).toMatchObject({ body: { replayed: 0, hasMore: false } })
    const resolved = await call('POST', `incidents/${id}/resolve`, admin)
    const replayed = { at: time, by: expect.stringMatching(/^key:\w{12}$/) as string }
    expect(resolved.body).toEqual({
      ...shape,
      id,
      parked: 1,
      state: 'resolved',
      acknowledged: deed,
      replayed,
      resolved: deed,
    })
    expect(await call('POST', `incidents/${id}/resolve`, key)).toEqual(resolved)
    await queue.take(1)
  })
})

describe('the parked messages of an incident', () => {
  const secret = 'what_is_in_the_body'

  it('come with the incident and in pages, without their bodies, which no log has either', async () => {
    const ids = Array.from({ length: 30 }, (_, index) => `m-${10 + index}`)
    let id = ''
    for (const parkedId of ids) id = await park({ parkedId, body: secret })
    const headers = await sessionFor('admin')
    const message = {
      id: 'm-10',
      type: 'hub.iam.user_created',
      tenantId,
      attempts: 1,
      detail: 'PSA refused the agent.',
      parkedAt: time,
      state: 'parked',
    }
    const first = await call('GET', `incidents/${id}`, headers)
    const { incident, messages, nextCursor } = first.body as {
      incident: object
      messages: readonly { id: string }[]
      nextCursor: string
    }
    expect(incident).toEqual({ ...shape, id, count: 30, parked: 30 })
    expect(messages[0]).toEqual(message)
    const second = await call('GET', `incidents/${id}/messages?cursor=${nextCursor}`, headers)
    const rest = second.body as { messages: readonly { id: string }[] }
    expect([...messages, ...rest.messages].map((each) => each.id)).toEqual(ids)
    expect(rest).not.toHaveProperty('nextCursor')
    const replayed = await call('POST', `incidents/${id}/replay`, headers)
    const third = await call('GET', `incidents/${id}/messages?limit=1`, headers)
    expect(third.body).toMatchObject({ messages: [{ ...message, state: 'replaying' }] })
    await queue.take(30)
    expect(lines.join('\n')).toContain('governance.incident.replayed')
    const said = [first, second, replayed, third].map(({ text }) => text)
    expect([...said, ...lines].join('\n')).not.toMatch(
      new RegExp(`${secret}|${Buffer.from(secret).toString('base64').slice(0, 24)}`),
    )
  })

  it('are discarded with their incident only when that is asked for', async () => {
    const [id, admin] = [await park(), await sessionFor('admin')]
    for (const query of ['', '?discardParked=false'])
      expect((await call('POST', `incidents/${id}/resolve${query}`, admin)).body).toMatchObject({
        type: 'urn:theonestack:problem:messages-parked',
      })
    expect((await call('GET', `incidents/${id}`, admin)).body).toMatchObject({ messages: [{ state: 'parked' }] })
    const resolved = await call('POST', `incidents/${id}/resolve?discardParked=true`, admin)
    expect(resolved.body).toMatchObject({ state: 'resolved', parked: 0 })
  })

  it('can have no type, when they were no events', async () => {
    const { eventType: _, ...message } = messageOf(tenantId)
    const { incidentId } = await parkMessage(tools(), failureOf(tenantId), message)
    const { body } = await call('GET', `incidents/${incidentId}/messages`, await sessionFor('member'))
    expect(body).toEqual({ messages: [expect.not.objectContaining({ type: expect.anything() as unknown })] })
  })
})

describe('the incidents of the platform', () => {
  const operator = () => operatorHeaders(directory.url, ['Operator.Platform'])

  it('are shown to operators with the role for it alone', async () => {
    await recordIncident(tools(), platformFailure('watch the platform'))
    const keyOfOrganization = await keyFor(['governance:incidents:read', 'governance:incidents:write'])
    expect((await call('GET', 'platform/incidents', await sessionFor('owner'))).status).toBe(401)
    expect((await call('GET', 'platform/incidents', keyOfOrganization)).status).toBe(403)
    const { status, body } = await call('GET', 'platform/incidents', await operator())
    const { incidents } = body as { incidents: readonly { title: string }[] }
    expect(status).toBe(200)
    expect(incidents.map(({ title }) => title)).toContain(
      'hub→psa, watch the platform: The event cannot be handled here',
    )
  })

  it('are acknowledged, replayed and resolved apart from those of organizations', async () => {
    const operation = `operation ${newTenant()}`
    const failure = { ...platformFailure(operation), tenantId }
    const { incidentId: id } = await parkMessage(tools(), failure, messageOf(tenantId))
    const own = await sessionFor('owner')
    expect((await call('GET', `incidents/${id}`, own)).status).toBe(404)
    const key = await operator()
    expect(
      (await call('GET', `platform/incidents/${id}`, await operatorHeaders(directory.url, ['Operator.Keys']))).status,
    ).toBe(403)
    expect((await call('GET', `platform/incidents/${id}`, key)).body).toMatchObject({ messages: [{ state: 'parked' }] })
    expect((await call('GET', `platform/incidents/${id}/messages`, key)).status).toBe(200)
    // It is the message of some organization.
    await expect(call('GET', `platform/incidents/${id}/messages/m-1`, key)).rejects.toThrow('There is no function')
    expect((await call('POST', `platform/incidents/${id}/acknowledge`, key)).body).toMatchObject({
      state: 'acknowledged',
    })
    expect((await call('POST', `platform/incidents/${id}/replay`, key)).body).toEqual({ replayed: 1, hasMore: false })
    expect((await call('POST', `platform/incidents/${id}/resolve`, key)).body).toMatchObject({ state: 'resolved' })
    await queue.take(1)
  })

  it('are no banner when only those who run the platform can do something about them', async () => {
    const operation = `operation ${newTenant()}`
    const error = new AppError('publisher-not-allowed', 'Only hub may publish it.')
    await parkMessage(tools(), failureOf(tenantId, { operation, error }), messageOf(tenantId, { body: tenantId }))
    const { text } = await call('GET', 'banner', await sessionFor('viewer', newTenant()))
    expect(text).not.toContain(operation)
  })

  it('are a banner for everybody until they are resolved, in words of ours alone', async () => {
    const operation = `operation ${newTenant()}`
    const details = { peer: 'psa', settings: ['PSA_API_URL'] }
    const error = new AppError('peer-unavailable', `The call for ${tenantId} failed.`, { details })
    const { incidentId: id } = await parkMessage(
      tools(),
      failureOf(tenantId, { operation, error }),
      messageOf(tenantId, { body: tenantId }),
    )
    const viewer = await sessionFor('viewer', newTenant())
    const banners = async () => {
      const { status, text, body } = await call('GET', 'banner', viewer)
      expect([status, text.includes(tenantId)]).toEqual([200, false])
      return (body as { banners: readonly { title: string }[] }).banners.filter(({ title }) =>
        title.includes(operation),
      )
    }
    const title = `hub→psa, ${operation}: Another product is not available`
    const advice = expect.stringMatching(/retried automatically/) as string
    expect(await banners()).toEqual([{ title, since: time, advice }])
    await call('POST', `platform/incidents/${id}/acknowledge`, await operator())
    expect(await banners()).toHaveLength(1)
    await call('POST', `platform/incidents/${id}/resolve?discardParked=true`, await operator())
    expect(await banners()).toEqual([])
    expect((await call('GET', 'banner', {})).status).toBe(401)
  })
})

describe('a message of a subscriber that fails', () => {
  let isMended: boolean
  const definition = subscriber({
    name: 'test-subscriber',
    queue: 'test-queue',
    summary: 'Of a test',
    events: ['hub.iam.user_created'],
    integration: 'hub→psa',
    operation: 'keep PSA agent in step',
    handler: async () => {
      if (isMended) return 'completed'
      throw new AppError('peer-rejected', 'PSA refused the agent.')
    },
  })

  const deliver = (message: ServiceBusReceivedMessage): Promise<void> =>
    serveSubscriber(definition, services)(
      JSON.parse(String(message.body)),
      contextOf({
        messageId: message.messageId,
        contentType: message.contentType,
        applicationProperties: message.applicationProperties,
      }),
    )
  const deliverNext = async (): Promise<void> => {
    const [message] = await queue.take(1)
    if (message) await deliver(message)
  }

  const publish = async (): Promise<void> => {
    await services.store().open(tenantTable).tenant.upsert({ tenantId, name: 'A', seenAt: new Date().toISOString() })
    const event = newEvent({
      type: 'hub.iam.user_created',
      tenantId,
      now: new Date(),
      data: {
        actor: { type: 'system', id: 'hub' },
        user_id: 'user-1',
        outcome: 'success',
        user_version: 1,
        before: null,
        after: { status: 'active', org_role: 'member', products: ['psa'] },
      },
    })
    await queue.queues.send('test-queue', {
      messageId: event.id,
      body: JSON.stringify(event),
      contentType: 'application/cloudevents+json',
      properties: { type: event.type, publisher: 'hub', tenantid: tenantId },
    })
  }

  it('is parked, replayed, parked again, and replayed with success: then its incident is resolved', async () => {
    isMended = false
    await publish()
    await deliverNext()
    const headers = await sessionFor('admin')
    const listed = async () =>
      ((await call('GET', 'incidents?state=all', headers)).body as { incidents: readonly { id: string }[] }).incidents
    const [incident] = await listed()
    expect(incident).toMatchObject({ state: 'open', count: 1, parked: 1 })
    const replay = () => call('POST', `incidents/${incident?.id ?? ''}/replay`, headers)
    expect((await replay()).body).toEqual({ replayed: 1, hasMore: false })
    await deliverNext()
    expect(await listed()).toMatchObject([{ state: 'open', count: 2, parked: 1 }])
    isMended = true
    expect((await replay()).body).toEqual({ replayed: 1, hasMore: false })
    await deliverNext()
    expect(await listed()).toMatchObject([{ state: 'resolved', count: 2, parked: 0, resolved: { by: 'replay' } }])
    expect((await call('GET', `incidents/${incident?.id ?? ''}/messages`, headers)).body).toEqual({ messages: [] })
  })
})
