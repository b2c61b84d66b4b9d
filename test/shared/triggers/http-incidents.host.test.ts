// What people's calls meet at a peer, as incidents, in the tables of an emulator of their own.
import { HttpRequest, InvocationContext } from '@azure/functions'
import { randomUUID } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import * as z from 'zod'
import { createIntegrationKey } from '../../../shared/auth/integration-key.ts'
import { integrationKey } from '../../../shared/auth/caller.ts'
import { loadConfig } from '../../../shared/config/config.ts'
import { listIncidents } from '../../../shared/incidents/incident-list.ts'
import { ownerOfTenant, platform } from '../../../shared/incidents/incident-owner.ts'
import { createPeerClient } from '../../../shared/peer-client/peer-client.ts'
import { peerPath } from '../../../shared/peer-client/peer-path.ts'
import { type Services, createServices } from '../../../shared/services.ts'
import { reading } from '../../../shared/schema/reading.ts'
import { http } from '../../../shared/triggers/http.ts'
import { serveHttp } from '../../../shared/triggers/http-pipeline.ts'
import { type TestAzurite, startAzurite } from '../../support/azurite.ts'

let azurite: TestAzurite
let services: Services
let answers = 200
const peer = createServer((_, response) => {
  response.writeHead(answers, { 'content-type': 'application/json' }).end('{}')
})

/** A Hub that has never heard of the organizations of these tests, and so has suspended none. */
const hub = createServer((_, response) => {
  response.writeHead(404, { 'content-type': 'application/json' }).end('{}')
})
const urlOf = (server: typeof hub): string => `http://127.0.0.1:${(server.address() as AddressInfo).port}`

beforeAll(async () => {
  azurite = await startAzurite()
  for (const server of [peer, hub]) await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const settings = { HUB_API_URL: urlOf(hub), HUB_SERVICE_KEY: 'local-only-hub-service-key', TRUSTED_PROXY_COUNT: '0' }
  services = createServices(loadConfig({ DATA_STORAGE: azurite.connectionString, ...settings }))
})
afterAll(async () => {
  peer.close()
  hub.close()
  await azurite.stop()
})

/** A function of its own that calls PSA, and somebody of an organization of its own who calls it. */
const newCall = async (behaviour: { isMadeGood?: boolean; callsPeer?: boolean } = {}) => {
  const operation = `test ${randomUUID()}`
  const tenantId = `tenant-${randomUUID()}`
  const client = createPeerClient({
    peer: 'psa',
    baseUrl: urlOf(peer),
    key: () => 'a-key-of-the-test-alone',
    retries: { max: 0 },
    breaker: { failures: 100 },
  })
  const ask = () =>
    client.call({
      operation: 'look',
      tenantId,
      method: 'GET',
      path: peerPath('/things', {}),
      answers: { 200: reading(z.object({})) },
    })
  const definition = http({
    name: 'test-look',
    method: 'GET',
    route: 'code/test',
    summary: 'Asks PSA',
    callers: [integrationKey('code:tickets:read')],
    integration: 'code→psa',
    operation,
    returns: { 200: z.object({}) },
    handler: async () => {
      if (behaviour.callsPeer !== false) await (behaviour.isMadeGood ? ask().catch(() => {}) : ask())
      return { status: 200, body: {} }
    },
  })
  const key = await createIntegrationKey(services.store(), {
    environment: 'test',
    tenantId,
    integration: 'code→psa',
    scopes: ['code:tickets:read'],
    now: new Date(),
  })
  const call = async (): Promise<number | undefined> => {
    const request = new HttpRequest({
      method: 'GET',
      url: 'http://127.0.0.1/api/code/test',
      headers: { 'x-integration-key': key },
    })
    const context = new InvocationContext({ functionName: 'test-look', logHandler: () => {} })
    return (await serveHttp(definition, services)(request, context)).status
  }
  const incidentsOf = async (owner: string) =>
    (await listIncidents(services.store(), owner, { state: 'all', limit: 100 })).incidents.filter(
      (incident) => incident.operation === operation,
    )
  return { call, ofPlatform: () => incidentsOf(platform), ofTenant: () => incidentsOf(ownerOfTenant(tenantId)) }
}

const quietMs = 500
const quiet = () => new Promise((resolve) => setTimeout(resolve, quietMs))

describe('a failure of a peer that a person meets', () => {
  it('is no incident the first and the second time, and from the third on one that counts all', async () => {
    const { call, ofPlatform } = await newCall()
    answers = 503
    expect([await call(), await call()]).toEqual([503, 503])
    await quiet()
    expect(await ofPlatform()).toEqual([])
    for (let times = 0; times < 12; times += 1) await call()
    await expect
      .poll(ofPlatform, { timeout: 8_000 })
      .toMatchObject([{ code: 'peer-unavailable', count: 14, state: 'open', facts: { peer: 'psa', peerStatus: 503 } }])
  })

  it.each([
    [401, 'peer-unauthorized'],
    [403, 'peer-unauthorized'],
    [422, 'peer-rejected'],
  ])('with %i is one at once: waiting does not mend it', async (status, code) => {
    const { call, ofTenant } = await newCall()
    answers = status
    expect(await call()).toBe(502)
    await expect.poll(ofTenant, { timeout: 8_000 }).toMatchObject([{ code, count: 1, facts: { peerStatus: status } }])
  })

  it('counts also when the call makes it good', async () => {
    const { call, ofTenant } = await newCall({ isMadeGood: true })
    answers = 401
    expect(await call()).toBe(200)
    await expect
      .poll(ofTenant, { timeout: 8_000 })
      .toMatchObject([{ code: 'peer-unauthorized', count: 1, state: 'open' }])
    await call()
    await expect.poll(ofTenant, { timeout: 8_000 }).toMatchObject([{ count: 2, state: 'open' }])
  })
})

describe('a call that the peer answers', () => {
  it('closes what calls before it opened', async () => {
    const { call, ofTenant } = await newCall()
    answers = 422
    await call()
    await expect.poll(ofTenant, { timeout: 8_000 }).toMatchObject([{ state: 'open' }])
    answers = 200
    expect(await call()).toBe(200)
    await expect.poll(ofTenant, { timeout: 8_000 }).toMatchObject([{ state: 'resolved', resolvedBy: 'success' }])
  })

  it('is a success only when it reached the peer', async () => {
    const behaviour = { callsPeer: true }
    const { call, ofTenant } = await newCall(behaviour)
    answers = 422
    await call()
    await expect.poll(ofTenant, { timeout: 8_000 }).toMatchObject([{ state: 'open' }])
    behaviour.callsPeer = false
    answers = 200
    expect(await call()).toBe(200)
    await quiet()
    expect(await ofTenant()).toMatchObject([{ state: 'open' }])
  })
})
