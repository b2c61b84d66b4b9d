import { afterEach, aroundEach, describe, expect, it } from 'vitest'
import { createCmdbClient } from '../../../../shared/peers/cmdb/client.ts'
import type { CmdbAsset, CmdbAssetDraft } from '../../../../shared/peers/cmdb/contract.ts'
import { createPeerClient } from '../../../../shared/peer-client/peer-client.ts'
import { runWithLogSink } from '../../../../shared/telemetry/log.ts'
import { type PeerServer, type Reply, json, startPeerServer } from '../../../support/peer-server.ts'

const servers: PeerServer[] = []
aroundEach((runTest) => runWithLogSink(() => {}, runTest))
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()))
})

const connect = async (...replies: readonly Reply[]) => {
  const server = await startPeerServer(...replies)
  servers.push(server)
  const retries = { max: 2, initialDelayMs: 1, maxDelayMs: 2 }
  return { server, cmdb: createCmdbClient({ baseUrl: server.baseUrl, key: () => 'k', retries }) }
}

const draft: CmdbAssetDraft = {
  type: 'software_application',
  name: 'northwind/storefront',
  clientId: 'acme',
  attributes: {
    repositoryUrl: 'https://github.com/northwind/storefront',
    appType: 'web',
    techStack: ['TypeScript', 'React'],
    healthScore: 81.5,
    debtScore: 0,
    lastCommitAt: '2026-11-21T10:00:00.000Z',
    commitFrequency: 3.5,
    hostingPlatform: 'azure',
    dataClassification: 'confidential',
  },
  sourceVersion: 3,
}
const asset: CmdbAsset = {
  ...draft,
  externalReference: 'a1',
  state: 'active',
  retiredAt: null,
  retirementReason: null,
  createdAt: '2026-11-22T10:00:00.123Z',
  updatedAt: '2026-11-22T10:00:00.123Z',
}
const retired: CmdbAsset = {
  ...asset,
  state: 'retired',
  retiredAt: '2026-11-23T10:00:00.000Z',
  retirementReason: 'The repository is gone',
}
const missing = json(404, { title: 'None', status: 404 }, { 'content-type': 'application/problem+json' })

describe('the CMDB client', () => {
  it('puts the draft with the tenant and the key, under a reference that may hold anything', async () => {
    const externalReference = 'code/7/../a?b#c,d'
    const { cmdb, server } = await connect(json(201, { ...asset, externalReference }))
    expect(await cmdb.putAsset('t1', externalReference, draft)).toEqual({
      outcome: 'created',
      asset: { ...asset, externalReference },
    })
    expect(server.requests[0]).toMatchObject({
      method: 'PUT',
      url: `/v1/assets/${encodeURIComponent(externalReference)}`,
      headers: { 'x-tenant-id': 't1', 'x-integration-key': 'k' },
    })
    expect(JSON.parse(server.requests[0]?.body ?? '')).toEqual(draft)
  })

  it('repeats a put and a retirement whose answers were lost', async () => {
    const put = await connect(json(502, {}), json(200, asset))
    expect(await put.cmdb.putAsset('t1', 'a1', draft)).toEqual({ outcome: 'current', asset })
    expect(put.server.requests).toHaveLength(2)
    const retirement = await connect(json(502, {}), json(200, retired))
    const outcome = await retirement.cmdb.retireAsset('t1', 'a1', { reason: 'The repository is gone' })
    expect(outcome).toEqual({ outcome: 'retired', asset: retired })
    expect(retirement.server.requests).toHaveLength(2)
    expect(retirement.server.requests[1]).toMatchObject({
      method: 'POST',
      url: '/v1/assets/a1/retire',
      headers: { 'x-tenant-id': 't1' },
      body: '{"reason":"The repository is gone"}',
    })
  })

  it('says when CMDB has a newer version, be it retired', async () => {
    const newer = { ...retired, sourceVersion: 4 }
    const { cmdb } = await connect(json(200, newer))
    expect(await cmdb.putAsset('t1', 'a1', draft)).toEqual({ outcome: 'superseded', asset: newer })
  })

  it.each([
    ['another asset', { externalReference: 'a2' }],
    ['a lower version than it was given', { sourceVersion: 2 }],
    ['an asset that is retired at its version', { state: 'retired' }],
    ['a state that is no word', { state: 1 }],
  ])('does not believe a put that is answered with %s', async (_what, change) => {
    const { cmdb } = await connect(json(200, { ...asset, ...change }))
    await expect(cmdb.putAsset('t1', 'a1', draft)).rejects.toMatchObject({ code: 'peer-invalid-response' })
  })

  it.each([
    ['another asset', { externalReference: 'a2' }],
    ['an active asset', { state: 'active' }],
  ])('does not believe a retirement that is answered with %s', async (_what, change) => {
    const { cmdb } = await connect(json(200, { ...retired, ...change }))
    await expect(cmdb.retireAsset('t1', 'a1', { reason: 'x' })).rejects.toMatchObject({ code: 'peer-invalid-response' })
  })

  it('sends a draft with what every asset has, and nothing more', async () => {
    const bare = { ...draft, clientId: null, attributes: { appType: 'library', techStack: [] } }
    const { cmdb, server } = await connect(json(201, { ...asset, ...bare }))
    expect(await cmdb.putAsset('t1', 'a1', bare)).toMatchObject({ outcome: 'created', asset: bare })
    expect(JSON.parse(server.requests[0]?.body ?? '')).toEqual(bare)
  })

  const attributes = (change: object) => ({ attributes: { ...draft.attributes, ...change } })
  it.each([
    ['an unknown member', { owner: 'x' }, 'asset'],
    ['another type', { type: 'server' }, 'asset.type'],
    ['no name', { name: '' }, 'asset.name'],
    ['a version that cannot be compared', { sourceVersion: 1.5 }, 'asset.sourceVersion'],
    ['an unknown attribute', attributes({ secrets: [] }), 'asset.attributes'],
    ['a score above 100', attributes({ healthScore: 100.5 }), 'asset.attributes.healthScore'],
    ['a score below 0', attributes({ debtScore: -1 }), 'asset.attributes.debtScore'],
    [
      'a time that is not UTC',
      attributes({ lastCommitAt: '2026-11-22T10:00:00+02:00' }),
      'asset.attributes.lastCommitAt',
    ],
    ['a script for an address', attributes({ repositoryUrl: 'javascript:alert(1)' }), 'asset.attributes.repositoryUrl'],
    [
      'a token in its address',
      attributes({ repositoryUrl: 'https://x:ghp_1@github.com/a/b' }),
      'asset.attributes.repositoryUrl',
    ],
    ['too many technologies', attributes({ techStack: Array(101).fill('x') }), 'asset.attributes.techStack'],
  ])('sends no draft with %s', async (_what, change, path) => {
    const { cmdb, server } = await connect(json(201, asset))
    const bad = { ...draft, ...change } as CmdbAssetDraft
    await expect(cmdb.putAsset('t1', 'a1', bad)).rejects.toMatchObject({
      code: 'validation-failed',
      details: { errors: [expect.objectContaining({ path })] },
    })
    expect(server.requests).toHaveLength(0)
  })

  it.each(['', '.', '..', '\ud800', 'x'.repeat(201)])(
    'asks nothing about the reference %j, which no asset can have',
    async (reference) => {
      const { cmdb, server } = await connect(json(200, asset))
      const refusal = { code: 'validation-failed' }
      await expect(cmdb.putAsset('t1', reference, draft)).rejects.toMatchObject(refusal)
      await expect(cmdb.getAsset('t1', reference)).rejects.toMatchObject(refusal)
      await expect(cmdb.retireAsset('t1', reference, { reason: 'x' })).rejects.toMatchObject(refusal)
      expect(server.requests).toHaveLength(0)
    },
  )

  it.each([{ reason: '' }, { reason: 'x'.repeat(1_001) }])('retires nothing without a sensible reason', async (bad) => {
    const { cmdb, server } = await connect(json(200, retired))
    await expect(cmdb.retireAsset('t1', 'a1', bad)).rejects.toMatchObject({ code: 'validation-failed' })
    expect(server.requests).toHaveLength(0)
  })

  it('reads an asset, without members that it does not know, and believes only the one it asked for', async () => {
    const { cmdb } = await connect(json(200, { ...asset, team: 'blue' }))
    expect(await cmdb.getAsset('t1', 'a1')).toEqual(asset)
    await expect(cmdb.getAsset('t1', 'a2')).rejects.toMatchObject({ code: 'peer-invalid-response' })
  })

  it('says when there is no such asset', async () => {
    const { cmdb } = await connect(missing)
    expect(await cmdb.getAsset('t1', 'a9')).toBeUndefined()
    expect(await cmdb.retireAsset('t1', 'a9', { reason: 'x' })).toEqual({ outcome: 'asset-not-found' })
  })

  it('asks for the page that the caller wants', async () => {
    const { cmdb, server } = await connect(json(200, { assets: [asset], nextCursor: 'c' }))
    expect(await cmdb.listAssets('t1')).toEqual({ assets: [asset], nextCursor: 'c' })
    await cmdb.listAssets('t1', { limit: 500, cursor: 'a&b', state: 'retired' })
    expect(server.requests.map(({ url }) => url)).toEqual([
      '/v1/assets',
      '/v1/assets?limit=500&cursor=a%26b&state=retired',
    ])
  })

  it.each([{ limit: 0 }, { limit: 501 }, { limit: 1.5 }, { cursor: '' }, { state: 'lost' }])(
    'asks for no page %o',
    async (page) => {
      const { cmdb, server } = await connect(json(200, { assets: [] }))
      await expect(cmdb.listAssets('t1', page as object)).rejects.toMatchObject({ code: 'validation-failed' })
      expect(server.requests).toHaveLength(0)
    },
  )

  it.each([
    [json(200, { unexpected: true }), 'peer-invalid-response'],
    [json(202, asset), 'peer-invalid-response'],
    [json(404, { title: 'None', status: 404 }), 'peer-rejected'],
    [json(401, { title: 'No', status: 401 }), 'peer-unauthorized'],
    [json(503, { title: 'Away', status: 503 }), 'peer-unavailable'],
  ] as const)('does not take another answer for a yes', async (reply, code) => {
    const { cmdb } = await connect(reply)
    await expect(cmdb.putAsset('t1', 'a1', draft)).rejects.toMatchObject({ code, details: { peer: 'cmdb' } })
  })

  it('works over a peer client that exists already', async () => {
    const { server } = await connect(json(200, { status: 'ok', version: '2', load: 1 }))
    const cmdb = createCmdbClient(createPeerClient({ peer: 'cmdb', baseUrl: server.baseUrl, key: () => 'k' }))
    expect(await cmdb.checkHealth('t1')).toEqual({ status: 'ok', version: '2' })
    expect(server.requests[0]).toMatchObject({ method: 'GET', url: '/v1/health', headers: { 'x-tenant-id': 't1' } })
  })
})
