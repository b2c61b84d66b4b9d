import { randomUUID } from 'node:crypto'
import { appendFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, aroundEach, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { type RunningCmdb, start as startCmdb } from '../../../../shared/peers/cmdb/stand-in/stand-in.ts'
import type { Fault } from '../../../../local/stand-ins/faults.ts'
import { type CmdbClient, createCmdbClient } from '../../../../shared/peers/cmdb/client.ts'
import type { CmdbAssetDraft, CmdbPageRequest } from '../../../../shared/peers/cmdb/contract.ts'
import { runWithLogSink } from '../../../../shared/telemetry/log.ts'
import { type CmdbControl, cmdbControl } from '../../../support/cmdb-control.ts'
import { startStandInProcess } from '../../../support/stand-in-process.ts'

const key = 'stand-in-key'
let running: RunningCmdb
let cmdb: CmdbClient

const connect = (baseUrl: string, attemptMs = 5_000, max = 3, withKey = key): CmdbClient =>
  createCmdbClient({
    baseUrl,
    key: () => withKey,
    timeouts: { attemptMs, deadlineMs: 8_000 },
    retries: { max, initialDelayMs: 1, maxDelayMs: 2 },
  })

beforeAll(async () => {
  running = await startCmdb({ port: 0, keys: ['another', key] })
  cmdb = connect(running.url)
})
afterAll(() => running.close())
aroundEach((runTest) => runWithLogSink(() => {}, runTest))

const newTenant = (): { readonly tenantId: string; readonly control: CmdbControl } => {
  const tenantId = randomUUID()
  return { tenantId, control: cmdbControl(running.url, tenantId) }
}

const draftOf = (sourceVersion: number, changes: Partial<CmdbAssetDraft> = {}): CmdbAssetDraft => ({
  type: 'software_application',
  name: 'northwind/storefront',
  clientId: 'acme',
  attributes: { appType: 'web', techStack: ['TypeScript', 'React'], healthScore: 81.5 },
  sourceVersion,
  ...changes,
})
const gone = { reason: 'The repository is gone' }

/** The references on all pages, each page as a list. */
const pagesOf = async (
  tenantId: string,
  wanted: CmdbPageRequest,
  beforeSecond: () => Promise<unknown> = async () => {},
): Promise<string[][]> => {
  const pages: string[][] = []
  let cursor: string | undefined
  do {
    if (pages.length === 1) await beforeSecond()
    const page = await cmdb.listAssets(tenantId, { ...wanted, cursor })
    pages.push(page.assets.map(({ externalReference }) => externalReference))
    cursor = page.nextCursor
  } while (cursor !== undefined && pages.length < 20)
  return pages
}

describe('assets of the CMDB stand-in', () => {
  it('are created, changed by higher versions, and read', async () => {
    const { tenantId, control } = newTenant()
    const { outcome, asset } = await cmdb.putAsset(tenantId, 'a1', draftOf(1))
    expect(outcome).toBe('created')
    expect(asset).toEqual({
      ...draftOf(1),
      externalReference: 'a1',
      state: 'active',
      retiredAt: null,
      retirementReason: null,
      createdAt: expect.stringMatching(/^20.*Z$/) as string,
      updatedAt: asset.createdAt,
    })
    expect(await cmdb.getAsset(tenantId, 'a1')).toEqual(asset)

    const changed = draftOf(4, { name: 'shop', clientId: null, attributes: { appType: 'api', techStack: [] } })
    const { createdAt } = asset
    expect(await cmdb.putAsset(tenantId, 'a1', changed)).toMatchObject({
      outcome: 'current',
      asset: { ...changed, createdAt },
    })
    // What the newer draft leaves out is gone.
    expect((await cmdb.getAsset(tenantId, 'a1'))?.attributes).toEqual({ appType: 'api', techStack: [] })
    expect(await control.assets()).toMatchObject([{ ...changed, externalReference: 'a1', tenantId }])
  })

  it('do not change by a lower version', async () => {
    const { tenantId } = newTenant()
    const { asset } = await cmdb.putAsset(tenantId, 'a1', draftOf(3))
    expect(await cmdb.putAsset(tenantId, 'a1', draftOf(2, { name: 'old' }))).toEqual({ outcome: 'superseded', asset })
    expect(await cmdb.getAsset(tenantId, 'a1')).toEqual(asset)
  })

  it('change by an equal version that says something else, and not by its repetition', async () => {
    const { tenantId } = newTenant()
    await cmdb.putAsset(tenantId, 'a1', draftOf(3))
    const { asset } = await cmdb.putAsset(tenantId, 'a1', draftOf(3, { clientId: 'globex' }))
    expect(asset.clientId).toBe('globex')
    // Later by the clock, so that a change would show.
    await expect.poll(() => new Date().toISOString() > (asset.updatedAt ?? '')).toBe(true)
    const again = draftOf(3, {
      clientId: 'globex',
      attributes: { healthScore: 81.5, techStack: ['TypeScript', 'React'], appType: 'web' },
    })
    expect(await cmdb.putAsset(tenantId, 'a1', again)).toEqual({ outcome: 'current', asset })
  })

  it('end at the highest version, in whatever order 20 writers arrive', async () => {
    const { tenantId } = newTenant()
    const versions = Array.from({ length: 20 }, (_, n) => ((n * 7) % 20) + 1)
    const results = await Promise.all(
      versions.map((version) => cmdb.putAsset(tenantId, 'a1', draftOf(version, { name: `v${version}` }))),
    )
    expect(results.filter(({ outcome }) => outcome === 'created')).toHaveLength(1)
    expect(await cmdb.getAsset(tenantId, 'a1')).toMatchObject({ sourceVersion: 20, name: 'v20' })
  })

  it('are retired once, and keep the first reason', async () => {
    const { tenantId } = newTenant()
    await cmdb.putAsset(tenantId, 'a1', draftOf(1))
    const first = await cmdb.retireAsset(tenantId, 'a1', gone)
    expect(first).toMatchObject({
      outcome: 'retired',
      asset: { state: 'retired', retirementReason: gone.reason, retiredAt: expect.stringMatching(/^20.*Z$/) as string },
    })
    expect(await cmdb.retireAsset(tenantId, 'a1', { reason: 'Another' })).toEqual(first)
    expect(await cmdb.getAsset(tenantId, 'a1')).toMatchObject({ ...draftOf(1), state: 'retired' })
  })

  it('are active again when they are put again, at the same version as well', async () => {
    const { tenantId } = newTenant()
    const { asset: before } = await cmdb.putAsset(tenantId, 'a1', draftOf(2))
    await cmdb.retireAsset(tenantId, 'a1', gone)
    const { outcome, asset } = await cmdb.putAsset(tenantId, 'a1', draftOf(2))
    expect({ outcome, ...asset, updatedAt: '' }).toEqual({ outcome: 'current', ...before, updatedAt: '' })
    await cmdb.retireAsset(tenantId, 'a1', gone)
    expect(await cmdb.putAsset(tenantId, 'a1', draftOf(3))).toMatchObject({
      asset: { state: 'active', retiredAt: null },
    })
  })

  it('stay retired when what is put is older than what was retired', async () => {
    const { tenantId } = newTenant()
    await cmdb.putAsset(tenantId, 'a1', draftOf(2))
    await cmdb.retireAsset(tenantId, 'a1', gone)
    expect(await cmdb.putAsset(tenantId, 'a1', draftOf(1))).toMatchObject({
      outcome: 'superseded',
      asset: { state: 'retired', sourceVersion: 2 },
    })
  })

  it('are not there to be read or retired when nobody put them, or a person deleted them', async () => {
    const { tenantId, control } = newTenant()
    expect(await cmdb.getAsset(tenantId, 'a/1')).toBeUndefined()
    await cmdb.putAsset(tenantId, 'a/1', draftOf(5))
    await control.delete('a/1')
    expect(await cmdb.getAsset(tenantId, 'a/1')).toBeUndefined()
    expect(await cmdb.retireAsset(tenantId, 'a/1', gone)).toEqual({ outcome: 'asset-not-found' })
    expect(await control.assets()).toEqual([])
    expect(await cmdb.putAsset(tenantId, 'a/1', draftOf(1))).toMatchObject({ outcome: 'created' })
  })

  it('are kept apart by tenant', async () => {
    const [one, other] = [newTenant(), newTenant()]
    await cmdb.putAsset(one.tenantId, 'a1', draftOf(5))
    expect(await cmdb.getAsset(other.tenantId, 'a1')).toBeUndefined()
    expect(await cmdb.retireAsset(other.tenantId, 'a1', gone)).toEqual({ outcome: 'asset-not-found' })
    expect(await cmdb.listAssets(other.tenantId)).toEqual({ assets: [] })
    expect(await cmdb.putAsset(other.tenantId, 'a1', draftOf(2))).toMatchObject({ outcome: 'created' })
    await one.control.reset()
    expect(await one.control.assets()).toEqual([])
    expect(await other.control.assets()).toMatchObject([{ sourceVersion: 2 }])
  })

  it('have any reference that the sender gives', async () => {
    const { tenantId } = newTenant()
    for (const reference of ['code/7/../a?b#c%2F,d', 'retire', '…', 'a b']) {
      const { asset } = await cmdb.putAsset(tenantId, reference, draftOf(1))
      expect(asset.externalReference).toBe(reference)
      expect(await cmdb.retireAsset(tenantId, reference, gone)).toMatchObject({ outcome: 'retired' })
    }
    expect((await cmdb.listAssets(tenantId)).assets).toHaveLength(4)
  })

  it('are listed in pages, and none is shown twice or left out when one is added meanwhile', async () => {
    const { tenantId } = newTenant()
    for (const reference of ['c', 'a', 'e', 'b', 'd']) await cmdb.putAsset(tenantId, reference, draftOf(1))
    const pages = await pagesOf(tenantId, { limit: 2 }, () => cmdb.putAsset(tenantId, 'aa', draftOf(1)))
    expect(pages).toEqual([['a', 'b'], ['c', 'd'], ['e']])
  })

  it('are listed by state when the reader says so, without an empty last page', async () => {
    const { tenantId } = newTenant()
    for (const reference of ['a', 'b', 'c', 'd', 'e']) await cmdb.putAsset(tenantId, reference, draftOf(1))
    for (const reference of ['b', 'd']) await cmdb.retireAsset(tenantId, reference, gone)
    expect(await pagesOf(tenantId, { limit: 2, state: 'active' })).toEqual([['a', 'c'], ['e']])
    expect(await pagesOf(tenantId, { limit: 2, state: 'retired' })).toEqual([['b', 'd']])
    expect(await pagesOf(tenantId, {})).toEqual([['a', 'b', 'c', 'd', 'e']])
  })
})

describe('the CMDB stand-in', () => {
  it('is healthy to whoever has a key', async () => {
    expect(await cmdb.checkHealth('t')).toEqual({ status: 'ok', version: 'stand-in' })
    const stranger = connect(running.url, 5_000, 0, 'stand-in-ke')
    await expect(stranger.checkHealth('t')).rejects.toMatchObject({ code: 'peer-unauthorized' })
  })

  it.each([
    ['PUT', '/v1/assets/a1', { ...draftOf(1), more: 1 }, 400],
    ['PUT', '/v1/assets/a1', draftOf(0), 400],
    ['PUT', '/v1/assets/a1', undefined, 400],
    ['PUT', `/v1/assets/${'x'.repeat(201)}`, draftOf(1), 400],
    ['POST', '/v1/assets/a1/retire', {}, 400],
    ['POST', '/v1/assets/a1/retire', gone, 404],
    ['GET', '/v1/assets/a1', undefined, 404],
    ['GET', '/v1/assets?limit=0', undefined, 400],
    ['GET', '/v1/assets?limit=501', undefined, 400],
    ['GET', '/v1/assets?cursor=!', undefined, 400],
    ['GET', '/v1/assets?state=lost', undefined, 400],
    ['GET', '/v1/assets?name=x', undefined, 400],
    ['DELETE', '/v1/assets/a1', undefined, 404],
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
    expect(await cmdbControl(running.url, tenantId).assets()).toEqual([])
  })

  it('refuses a request without a key or a tenant', async () => {
    const refused = async (headers: Record<string, string>) =>
      (await fetch(`${running.url}/v1/assets`, { headers })).status
    expect(await refused({ 'X-Tenant-Id': 't' })).toBe(401)
    expect(await refused({ 'X-Integration-Key': key })).toBe(400)
  })

  it('has a control API that asks for the tenant of an asset, and refuses pages of other sites', async () => {
    const { tenantId, control } = newTenant()
    await cmdb.putAsset(tenantId, 'a1', draftOf(1))
    const remove = (query: string, headers = {}) =>
      fetch(`${running.url}/_control/assets/a1${query}`, { method: 'DELETE', headers })
    expect((await remove('')).status).toBe(400)
    expect((await remove(`?tenantId=${randomUUID()}`)).status).toBe(404)
    expect((await remove(`?tenantId=${tenantId}`, { 'sec-fetch-site': 'cross-site' })).status).toBe(403)
    expect(await control.assets()).toHaveLength(1)
  })
})

describe('faults of the CMDB stand-in', () => {
  it.each<[Fault, object]>([
    [{ kind: 'status', status: 500 }, { code: 'peer-unavailable' }],
    [{ kind: 'rate-limit', retryAfter: '60' }, { details: { peerStatus: 429, retryAfterSeconds: 60 } }],
    [{ kind: 'hang' }, { code: 'peer-timeout' }],
    [{ kind: 'wrong-body' }, { code: 'peer-invalid-response' }],
    [{ kind: 'expired-key' }, { code: 'peer-unauthorized' }],
  ])('%o fails a put, of which nothing is left', async (fault, error) => {
    const { tenantId, control } = newTenant()
    await control.setFaults(fault)
    await expect(connect(running.url, 1_000, 0).putAsset(tenantId, 'a1', draftOf(1))).rejects.toMatchObject(error)
    expect(await control.assets()).toEqual([])
    await control.clearFaults()
    expect(await cmdb.putAsset(tenantId, 'a1', draftOf(1))).toMatchObject({ outcome: 'created' })
  })

  it.each<Fault>([
    { kind: 'commit-then-hang', times: 1 },
    { kind: 'commit-then-status', status: 502, times: 1 },
  ])('%o carries out what is not answered; the second try finds it done', async (fault) => {
    const { tenantId, control } = newTenant()
    await control.setFaults({ ...fault, operation: 'putAsset' }, { ...fault, operation: 'retireAsset' })
    const impatient = connect(running.url, 1_000)
    expect(await impatient.putAsset(tenantId, 'a1', draftOf(1))).toMatchObject({ outcome: 'current' })
    expect(await impatient.retireAsset(tenantId, 'a1', gone)).toMatchObject({ outcome: 'retired' })
    await cmdb.getAsset(tenantId, 'a1')
    await cmdb.listAssets(tenantId)
    expect(await control.requests()).toEqual({ putAsset: 2, retireAsset: 2, getAsset: 1, listAssets: 1 })
  })
})

describe('the page of the CMDB stand-in', () => {
  it('shows active and retired assets, with every text escaped', async () => {
    const own = await startCmdb({ port: 0, keys: [key] })
    onTestFinished(() => own.close())
    const empty = await (await fetch(own.url)).text()
    expect(empty).toContain('No active assets.')
    expect(empty).toContain('No retired assets.')

    const evil = `<script>alert("'&")</script>`
    const client = connect(own.url)
    const repositoryUrl = 'https://git.example/a?b="&c=<script>'
    const attributes = { appType: evil, techStack: [evil], repositoryUrl, hostingPlatform: evil }
    await client.putAsset('t1', 'a1', draftOf(1, { name: evil, clientId: evil, attributes }))
    await client.putAsset('t1', 'a2', draftOf(1, { name: 'billing' }))
    await client.retireAsset('t1', 'a2', { reason: evil })
    const html = await (await fetch(own.url)).text()
    expect(html).toContain('&lt;script&gt;alert(&quot;&#39;&amp;&quot;)&lt;/script&gt;')
    expect(html).toContain('<a href="https://git.example/a?b=&quot;&amp;c=&lt;script&gt;">')
    expect(html).not.toContain('<script')
    const [active = '', retired = ''] = html.split('<h2>Retired</h2>')
    expect([active.includes('billing'), retired.includes('billing')]).toEqual([false, true])
  })
})

describe('the process of the CMDB stand-in', () => {
  const folderOf = (): string => {
    const folder = mkdtempSync(join(tmpdir(), 'cmdb-'))
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
    return folder
  }
  const start = async (folder: string) => {
    const child = await startStandInProcess('cmdb', { CMDB_SERVICE_KEY: key }, folder)
    onTestFinished(() => child.kill())
    return child
  }

  it('has everything that it answered after SIGKILL, and a half-written line does no harm', async () => {
    const folder = folderOf()
    const first = await start(folder)
    const before = connect(first.url)
    await before.putAsset('t1', 'a1', draftOf(1))
    const { asset: active } = await before.putAsset('t1', 'a1', draftOf(2))
    await before.putAsset('t1', 'a2', draftOf(1))
    const { asset: retired } = (await before.retireAsset('t1', 'a2', gone)) as { asset: unknown }
    await before.putAsset('t1', 'a3', draftOf(1))
    await cmdbControl(first.url, 't1').delete('a3')
    await first.kill()
    appendFileSync(join(folder, 'cmdb.jsonl'), '{"kind":"asset","ass')

    const second = await start(folder)
    expect((await connect(second.url).listAssets('t1')).assets).toEqual([active, retired])
  })

  it('remembers over a normal end what was reset, and sums up its journal', async () => {
    const folder = folderOf()
    const first = await startCmdb({ port: 0, keys: [key], dataFolder: folder })
    for (const tenantId of ['t1', 't2'])
      for (const version of [1, 2, 3]) await connect(first.url).putAsset(tenantId, 'a1', draftOf(version))
    await cmdbControl(first.url, 't1').reset()
    await first.close()
    const second = await startCmdb({ port: 0, keys: [key], dataFolder: folder })
    onTestFinished(() => second.close())
    expect(await cmdbControl(second.url, 't1').assets()).toEqual([])
    expect(await cmdbControl(second.url, 't2').assets()).toMatchObject([{ sourceVersion: 3 }])
    expect(readFileSync(join(folder, 'cmdb.jsonl'), 'utf8').trim().split('\n')).toHaveLength(1)
  })

  it('does not start without a key', async () => {
    await expect(startCmdb({ port: 0, keys: [] })).rejects.toThrow('needs at least one integration key')
  })
})
