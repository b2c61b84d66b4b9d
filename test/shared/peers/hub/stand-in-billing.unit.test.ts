import { randomUUID } from 'node:crypto'
import { appendFileSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, aroundEach, beforeAll, describe, expect, it } from 'vitest'
import { type RunningHub, startHub } from '../../../../shared/peers/hub/stand-in/stand-in.ts'
import { type HubClient, createHubClient } from '../../../../shared/peers/hub/client.ts'
import { runWithLogSink } from '../../../../shared/telemetry/log.ts'
import { type HubControl, hubControl } from '../../../support/hub-control.ts'
import { startStandInProcess } from '../../../support/stand-in-process.ts'

const key = 'stand-in-key'
const metric = 'repos_protected'
const products = {
  code: { publicUrl: 'http://127.0.0.1:7071', secret: 'code-secret-0123456789-0123456789-abc' },
  ai: { publicUrl: 'http://127.0.0.1:7071', secret: 'ai-secret-0123456789-0123456789-abcdef' },
}
const connect = (baseUrl: string, given = key): HubClient =>
  createHubClient({ baseUrl, key: () => given, retries: { max: 2, initialDelayMs: 1, maxDelayMs: 2 } })

let running: RunningHub
let hub: HubClient
beforeAll(async () => {
  running = await startHub({ port: 0, products, keys: [key] })
  hub = connect(running.url)
})
afterAll(() => running.close())
aroundEach((runTest) => runWithLogSink(() => {}, runTest))

/** An organization that no other test knows. */
const newOrganization = async (): Promise<{ readonly id: string; readonly control: HubControl }> => {
  const id = `tenant-${randomUUID()}`
  const control = hubControl(running.url, id)
  await control.putOrganization()
  return { id, control }
}

const correctionOf = (delta: number, date = '2026-11-22') => ({ metric, date, delta, reason: 'Counted anew' })

describe('usage in the Hub stand-in', () => {
  it('is recorded once for each day, and keeps its first quantity', async () => {
    const { id, control } = await newOrganization()
    const { outcome, usage } = await hub.reportUsage(id, metric, '2026-11-22', 7)
    expect(outcome).toBe('recorded')
    expect(usage).toEqual({ date: '2026-11-22', quantity: 7, recordedAt: expect.any(String), adjustments: [] })
    expect(await hub.reportUsage(id, metric, '2026-11-22', 7)).toEqual({ outcome: 'unchanged', usage })
    expect(await hub.reportUsage(id, metric, '2026-11-22', 8)).toEqual({ outcome: 'differs', usage })
    expect(await control.usage()).toEqual([{ ...usage, tenantId: id, metric }])
  })

  it('is recorded by one of 20 writers with numbers of their own, and the others learn which one it was', async () => {
    const { id } = await newOrganization()
    const all = await Promise.all(
      Array.from({ length: 20 }, (_, quantity) => hub.reportUsage(id, metric, '2026-11-22', quantity)),
    )
    expect(all.filter(({ outcome }) => outcome === 'recorded')).toHaveLength(1)
    expect(all.filter(({ outcome }) => outcome === 'differs')).toHaveLength(19)
    expect(new Set(all.map(({ usage }) => usage.quantity)).size).toBe(1)
  })

  it('is kept apart by organization, metric and day', async () => {
    const [one, other] = [await newOrganization(), await newOrganization()]
    await hub.reportUsage(one.id, metric, '2026-11-22', 1)
    expect(await hub.reportUsage(other.id, metric, '2026-11-22', 2)).toMatchObject({ outcome: 'recorded' })
    expect(await hub.reportUsage(one.id, 'seats', '2026-11-22', 3)).toMatchObject({ outcome: 'recorded' })
    expect(await hub.reportUsage(one.id, metric, '2026-11-23', 0)).toMatchObject({ outcome: 'recorded' })
    const november = { from: '2026-11-01', to: '2026-11-30' }
    const quantities = async (id: string, of: string) =>
      (await hub.listUsage(id, of, november)).map(({ quantity }) => quantity)
    expect(await quantities(one.id, metric)).toEqual([1, 0])
    expect(await quantities(one.id, 'seats')).toEqual([3])
    expect(await quantities(other.id, metric)).toEqual([2])
  })

  it('is listed in the order of days, the first and the last one included', async () => {
    const { id } = await newOrganization()
    for (const date of ['2026-11-23', '2026-11-20', '2026-11-22', '2026-11-21'])
      await hub.reportUsage(id, metric, date, 5)
    const days = await hub.listUsage(id, metric, { from: '2026-11-21', to: '2026-11-22' })
    expect(days.map(({ date }) => date)).toEqual(['2026-11-21', '2026-11-22'])
    expect(await hub.listUsage(id, metric, { from: '2025-01-01', to: '2025-01-02' })).toEqual([])
  })

  it('is made once when the answer is lost; every request is counted', async () => {
    const { id, control } = await newOrganization()
    await control.setFaults({ kind: 'commit-then-status', operation: 'reportUsage', times: 1 })
    expect(await hub.reportUsage(id, metric, '2026-11-22', 7)).toMatchObject({ outcome: 'unchanged' })
    await control.setFaults({ kind: 'commit-then-status', operation: 'adjustUsage', times: 1 })
    expect(await hub.adjustUsage(id, `${id}:1`, correctionOf(1))).toMatchObject({ outcome: 'unchanged' })
    await hub.listUsage(id, metric, { from: '2026-11-22', to: '2026-11-22' })
    expect(await control.requests()).toEqual({ reportUsage: 2, adjustUsage: 2, listUsage: 1 })
    expect(await control.usage()).toMatchObject([{ quantity: 7, adjustments: [{ delta: 1 }] }])
  })
})

describe('adjustments in the Hub stand-in', () => {
  it('stand beside the quantity, each once', async () => {
    const { id } = await newOrganization()
    await hub.reportUsage(id, metric, '2026-11-22', 7)
    const first = await hub.adjustUsage(id, `${id}:1`, correctionOf(-2))
    expect(first).toEqual({
      outcome: 'recorded',
      adjustment: { id: `${id}:1`, delta: -2, reason: 'Counted anew', recordedAt: expect.any(String) },
    })
    expect(await hub.adjustUsage(id, `${id}:1`, correctionOf(-2))).toEqual({ ...first, outcome: 'unchanged' })
    expect(await hub.adjustUsage(id, `${id}:2`, correctionOf(1))).toMatchObject({ outcome: 'recorded' })
    const [day] = await hub.listUsage(id, metric, { from: '2026-11-22', to: '2026-11-22' })
    expect(day).toMatchObject({ quantity: 7, adjustments: [{ delta: -2 }, { delta: 1 }] })
    expect(await hub.reportUsage(id, metric, '2026-11-22', 9)).toEqual({ outcome: 'differs', usage: day })
  })

  it.each([
    ['amount', { delta: 3 }],
    ['reason', { reason: 'Another' }],
    ['day', { date: '2026-11-23' }],
    ['metric', { metric: 'seats' }],
  ])('keep what they said when the id comes again with another %s', async (_what, change) => {
    const { id, control } = await newOrganization()
    await hub.reportUsage(id, metric, '2026-11-22', 7)
    await hub.reportUsage(id, metric, '2026-11-23', 7)
    await hub.adjustUsage(id, `${id}:1`, correctionOf(-2))
    const before = await control.usage()
    expect(await hub.adjustUsage(id, `${id}:1`, { ...correctionOf(-2), ...change })).toEqual({ outcome: 'differs' })
    expect(await control.usage()).toEqual(before)
  })

  it('give their id to no other organization, and tell it nothing', async () => {
    const [one, other] = [await newOrganization(), await newOrganization()]
    for (const { id } of [one, other]) await hub.reportUsage(id, metric, '2026-11-22', 7)
    await hub.adjustUsage(one.id, `${one.id}:1`, correctionOf(-2))
    expect(await hub.adjustUsage(other.id, `${one.id}:1`, correctionOf(-2))).toEqual({ outcome: 'differs' })
    expect(await other.control.usage()).toMatchObject([{ adjustments: [] }])
  })

  it('need a usage that they correct', async () => {
    const { id } = await newOrganization()
    await expect(hub.adjustUsage(id, `${id}:1`, correctionOf(-2))).rejects.toMatchObject({
      code: 'peer-rejected',
      details: { peerStatus: 422 },
    })
    await hub.reportUsage(id, metric, '2026-11-22', 7)
    expect(await hub.adjustUsage(id, `${id}:1`, correctionOf(-2))).toMatchObject({ outcome: 'recorded' })
  })
})

describe('the billing of the Hub stand-in', () => {
  const usagePath = (id: string, rest = '/2026-11-22'): string => `/v1/billing/usage/${metric}/${id}${rest}`
  const ask = (
    method: string,
    path: string,
    { given = key, tenant, body }: { given?: string; tenant?: string | undefined; body?: unknown },
  ) =>
    fetch(running.url + path, {
      method,
      headers: {
        'x-integration-key': given,
        ...(tenant !== undefined && { 'x-tenant-id': tenant }),
        'content-type': 'application/json',
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    })

  it.each([
    ['a wrong key', { given: 'wrong', tenant: 'tenant-contoso' }, 401],
    ['no tenant', {}, 400],
    ['another tenant than that of the path', { tenant: 'tenant-northwind' }, 403],
    ['a tenant that Hub does not know', { tenant: 'none' }, 404, 'none'],
  ])('refuses %s', async (_what, given, status, id = 'tenant-contoso') => {
    const responses = [
      await ask('PUT', usagePath(id), { ...given, body: { quantity: 1 } }),
      await ask('GET', usagePath(id, '?from=2026-11-22&to=2026-11-22'), given),
      await ask('PUT', '/v1/billing/adjustments/a1', { ...given, body: { ...correctionOf(1), tenantId: id } }),
    ]
    expect(responses.map((response) => response.status)).toEqual([status, status, status])
    expect(await hubControl(running.url, 'tenant-contoso').usage()).toEqual([])
  })

  const own = 'tenant-contoso'
  it.each([
    ['PUT', usagePath(own), { quantity: -1 }, 400],
    ['PUT', usagePath(own), { quantity: 1.5 }, 400],
    ['PUT', usagePath(own), { quantity: 1, more: 1 }, 400],
    ['PUT', usagePath(own), undefined, 400],
    ['PUT', usagePath(own, '/2026-02-30'), { quantity: 1 }, 400],
    ['PUT', `/v1/billing/usage/REPOS/${own}/2026-11-22`, { quantity: 1 }, 400],
    ['PUT', '/v1/billing/adjustments/a1', { ...correctionOf(0), tenantId: own }, 400],
    ['PUT', '/v1/billing/adjustments/a1', correctionOf(1), 400],
    ['PUT', `/v1/billing/adjustments/${'x'.repeat(201)}`, { ...correctionOf(1), tenantId: own }, 400],
    ['GET', usagePath(own, ''), undefined, 400],
    ['GET', usagePath(own, '?from=2026-11-22'), undefined, 400],
    ['GET', usagePath(own, '?from=2026-11-22&to=2026-11-21'), undefined, 400],
    ['GET', usagePath(own, '?from=2025-01-01&to=2026-02-05'), undefined, 400],
    ['GET', usagePath(own, '?from=2026-11-22&to=2026-11-22&limit=1'), undefined, 400],
    ['DELETE', usagePath(own), undefined, 404],
    ['GET', '/v1/billing/', undefined, 404],
  ])('answers %s %s with %j with a problem document', async (method, path, body, status) => {
    const response = await ask(method, path, { tenant: own, body })
    expect(response.status).toBe(status)
    expect(response.headers.get('content-type')).toBe('application/problem+json')
    expect(await response.json()).toMatchObject({ status, title: expect.any(String) })
  })

  it('forgets the usage of the organization that is reset, and of no other', async () => {
    const [one, other] = [await newOrganization(), await newOrganization()]
    for (const { id } of [one, other]) await hub.reportUsage(id, metric, '2026-11-22', 7)
    await hub.adjustUsage(one.id, `${one.id}:1`, correctionOf(1))
    await one.control.reset()
    expect(await one.control.usage()).toEqual([])
    expect(await other.control.usage()).toHaveLength(1)
    await one.control.putOrganization()
    await hub.reportUsage(one.id, metric, '2026-11-22', 8)
    expect(await hub.adjustUsage(one.id, `${one.id}:1`, correctionOf(2))).toMatchObject({ outcome: 'recorded' })
  })

  it('shows a person what is billed, with every text escaped', async () => {
    // A stand-in of its own: the page shows the latest days of all organizations.
    const shown = await startHub({ port: 0, products, keys: [key] })
    try {
      const client = connect(shown.url)
      expect(await (await fetch(shown.url)).text()).toContain('No usage has been reported.')
      await client.reportUsage('tenant-contoso', metric, '2026-11-22', 7)
      await client.adjustUsage('tenant-contoso', 'a1', { ...correctionOf(-2), reason: '<b>' })
      const html = await (await fetch(shown.url)).text()
      expect(html).toContain(
        '<td>2026-11-22</td><td>tenant-contoso</td><td>repos_protected</td><td>7</td><td>-2 (&lt;b&gt;)</td><td>5</td>',
      )
    } finally {
      await shown.close()
    }
  })

  it('has everything that it answered after SIGKILL', { timeout: 30_000 }, async () => {
    const folder = mkdtempSync(join(tmpdir(), 'hub-billing-'))
    const settings = {
      CODE_PUBLIC_URL: products.code.publicUrl,
      AI_PUBLIC_URL: products.ai.publicUrl,
      PORTAL_SSO_SECRET: products.code.secret,
      AI_SSO_SECRET: products.ai.secret,
      HUB_SERVICE_KEY: key,
      BUS_API_URL: 'http://127.0.0.1:9',
      HUB_URL: '',
    }
    const start = () => startStandInProcess('hub', settings, folder)
    let child = await start()
    try {
      const url = (): string => child.url
      await connect(url()).reportUsage('tenant-contoso', metric, '2026-11-21', 6)
      await connect(url()).reportUsage('tenant-contoso', metric, '2026-11-22', 7)
      await connect(url()).adjustUsage('tenant-contoso', 'a1', correctionOf(-2))
      const before = await hubControl(url(), 'tenant-contoso').usage()
      await child.kill()
      appendFileSync(join(folder, 'hub-billing.jsonl'), '{"kind":"usa')
      // The second start reads what the first one summed up.
      for (const give of [() => child.stop(), () => child.kill()]) {
        child = await start()
        expect(await hubControl(url(), 'tenant-contoso').usage()).toEqual(before)
        const again = connect(url())
        expect(await again.reportUsage('tenant-contoso', metric, '2026-11-22', 8)).toMatchObject({ outcome: 'differs' })
        expect(await again.adjustUsage('tenant-contoso', 'a1', correctionOf(-2))).toMatchObject({
          outcome: 'unchanged',
        })
        await give()
      }
    } finally {
      await child.kill()
      rmSync(folder, { recursive: true })
    }
  })
})
