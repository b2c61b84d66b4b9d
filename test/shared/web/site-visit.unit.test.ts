// Pages of the public web as they are read: bounded, as robots.txt allows, and never out of the public web.
import { createHash, randomBytes } from 'node:crypto'
import { gzipSync } from 'node:zlib'
import { afterAll, aroundEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { RunningStandIn } from '../../../local/stand-ins/stand-in.ts'
import { startWeb } from '../../../local/web/web.ts'
import { openSiteVisit } from '../../../shared/web/site-visit.ts'
import { runWithLogSink } from '../../../shared/telemetry/log.ts'
import { type Reply, startPeerServer } from '../../support/peer-server.ts'

let web: RunningStandIn
beforeAll(async () => {
  web = await startWeb({ port: 0 })
})
afterAll(() => web.close())
aroundEach((runTest) => runWithLogSink(() => {}, runTest))

const control = async (method: string, path: string, body?: unknown): Promise<Response> => {
  const response = await fetch(`${web.url}/_control/${path}`, {
    method,
    ...(body !== undefined && { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
  })
  expect(response.ok).toBe(true)
  return response
}
const put = (host: string, path: string, page: object = {}) => control('PUT', 'pages', { host, path, ...page })
const asked = async (): Promise<Record<string, number>> =>
  ((await (await control('GET', 'requests')).json()) as { requests: Record<string, number> }).requests

beforeEach(async () => {
  await control('POST', 'reset')
})

const visit = (given: Partial<Parameters<typeof openSiteVisit>[0]> = {}) =>
  openSiteVisit({
    standIn: web.url,
    now: () => new Date('2026-11-02T10:00:00Z'),
    signal: AbortSignal.timeout(20_000),
    pauseMs: 0,
    ...given,
  })
const host = 'www.contoso.com'
const html = { 'content-type': 'text/html' }

describe('a page', () => {
  it('comes with where it was found, when, and the digest of its bytes', async () => {
    await put(host, '/', { body: '<p>Hello</p>' })
    expect(await visit().read(`https://${host}/`)).toEqual({
      page: {
        url: `https://${host}/`,
        html: '<p>Hello</p>',
        fetchedAt: '2026-11-02T10:00:00.000Z',
        sha256: createHash('sha256').update('<p>Hello</p>').digest('hex'),
      },
    })
  })

  it('is read in its own encoding, packed or not', async () => {
    const latin = Buffer.from('<p>Grüße</p>', 'latin1')
    await put(host, '/', {
      base64: gzipSync(latin).toString('base64'),
      headers: { 'content-type': 'text/html; charset=iso-8859-1', 'content-encoding': 'gzip' },
    })
    expect(await visit().read(`https://${host}/`)).toMatchObject({ page: { html: '<p>Grüße</p>' } })
  })

  it.each([
    ['of another type', { headers: { 'content-type': 'application/pdf' } }, 'not-html'],
    ['that is not there', { status: 404, headers: html }, 'not-found'],
    ['of a server that fails', { status: 503, headers: html }, 'unreachable'],
    ['of a server that is asked too often', { status: 429, headers: html }, 'unreachable'],
    ['that programs are asked not to read', { headers: { ...html, 'x-robots-tag': 'noai' } }, 'forbidden-by-robots'],
    ['packed in a way that was not asked for', { headers: { ...html, 'content-encoding': 'zstd' } }, 'unreachable'],
  ])('%s is not taken', async (_what, page, fault) => {
    await put(host, '/', page)
    expect(await visit().read(`https://${host}/`)).toEqual({ fault })
  })

  it('that does not come in its time is given up, and the next one is read', async () => {
    await put(host, '/slow', { delayMs: 60_000 })
    await put(host, '/')
    const mine = visit({ pageMs: 2_000 })
    expect(await mine.read(`https://${host}/slow`)).toEqual({ fault: 'unreachable' })
    expect(await mine.read(`https://${host}/`)).toMatchObject({ page: {} })
  }, 20_000)

  it('that breaks off while it is unpacked is given up', async () => {
    const packed = gzipSync(randomBytes(200_000))
    const breaking: Reply = (response, { url }) => {
      if (url?.endsWith('robots.txt')) return void response.writeHead(404).end()
      response.writeHead(200, { ...html, 'content-encoding': 'gzip', 'content-length': packed.length })
      response.write(packed.subarray(0, 100_000), () => response.socket?.resetAndDestroy())
    }
    const server = await startPeerServer(breaking)
    expect(await visit({ standIn: server.baseUrl }).read(`https://${host}/`)).toEqual({ fault: 'unreachable' })
    await server.close()
  }, 20_000)

  it('that unpacks to more than 2 MB is given up', async () => {
    await put(host, '/', {
      base64: gzipSync(Buffer.alloc(20_000_000, 'a')).toString('base64'),
      headers: { ...html, 'content-encoding': 'gzip' },
    })
    expect(await visit().read(`https://${host}/`)).toEqual({ fault: 'too-large' })
  })
})

describe('a redirect', () => {
  const to = (location: string) => ({ status: 301, headers: { location } })

  it('is followed three times, and each step is checked as the first one', async () => {
    for (const [from, next] of [
      ['/', '/1'],
      ['/1', 'https://www.contoso.com/2'],
      ['/2', '/3'],
    ] as const)
      await put(host, from, to(next))
    await put(host, '/3', { body: 'there' })
    expect(await visit().read(`https://${host}/`)).toMatchObject({ page: { url: `https://${host}/3` } })
    await put(host, '/3', to('/4'))
    await put(host, '/4', { body: 'there' })
    expect(await visit().read(`https://${host}/`)).toEqual({ fault: 'too-many-redirects' })
  })

  it.each(['http://www.contoso.com/x', 'https://169.254.169.254/', 'https://localhost/', 'https://contoso.com:8080/'])(
    'to %s is refused',
    async (location) => {
      await put(host, '/', to(location))
      expect(await visit().read(`https://${host}/`)).toEqual({ fault: 'address-refused' })
    },
  )
})

describe('robots.txt', () => {
  const robots = (body: string, status = 200) =>
    put(host, '/robots.txt', { status, body, headers: { 'content-type': 'text/plain' } })

  it('is asked once for each host, and what it forbids is not asked for', async () => {
    await robots('User-agent: TheOneStackEnrichment\nDisallow: /team')
    await put(host, '/')
    await put(host, '/team')
    const mine = visit()
    expect(await mine.read(`https://${host}/team`)).toEqual({ fault: 'forbidden-by-robots' })
    expect(await mine.read(`https://${host}/`)).toMatchObject({ page: {} })
    expect(await asked()).toEqual({ [`${host}/robots.txt`]: 1, [`${host}/`]: 1 })
  })

  it.each([
    ['wildcards', `Disallow: /${'*a'.repeat(480)}*b\n`.repeat(50)],
    ['words after a wildcard', `Disallow: /*${'a'.repeat(900)}b\n`.repeat(540)],
    ['rules', 'Disallow: /b\n'.repeat(38_000)],
  ])('with more %s than any site has is not held against a long path, which it forbids', async (_what, rules) => {
    await robots(`User-agent: *\n${rules}`)
    const long = `/about/${'a'.repeat(960)}`
    for (const path of ['/', long]) await put(host, path, { body: '<p>Hello</p>' })
    const mine = visit()
    expect(await mine.read(`https://${host}${long}`)).toEqual({ fault: 'forbidden-by-robots' })
    expect(await mine.read(`https://${host}/`)).toMatchObject({ page: {} })
  })

  it.each([401, 403, 404, 410])('that is answered with %i forbids nothing', async (status) => {
    await robots('User-agent: *\nDisallow: /', status)
    await put(host, '/')
    expect(await visit().read(`https://${host}/`)).toMatchObject({ page: {} })
  })

  it('that cannot be read forbids everything', async () => {
    await robots('', 503)
    await put(host, '/')
    expect(await visit().read(`https://${host}/`)).toEqual({ fault: 'unreachable' })
    expect(await asked()).not.toHaveProperty(`${host}/`)
  })

  it('of the host of a redirect counts as well', async () => {
    await put(host, '/', { status: 302, headers: { location: 'https://www.fabrikam-demo.com/private/x' } })
    expect(await visit().read(`https://${host}/`)).toEqual({ fault: 'forbidden-by-robots' })
  })
})

describe('a visit', () => {
  it('reads five pages at most', async () => {
    const mine = visit()
    const paths = ['/1', '/2', '/3', '/4', '/5', '/6']
    for (const path of paths) await put(host, path)
    const outcomes = []
    for (const path of paths) outcomes.push(await mine.read(`https://${host}${path}`))
    expect(outcomes.map((outcome) => ('fault' in outcome ? outcome.fault : 'page'))).toEqual([
      ...Array.from({ length: 5 }, () => 'page'),
      'too-many-pages',
    ])
  })

  it('leaves time between two requests to one host', async () => {
    await put(host, '/')
    const mine = visit({ pauseMs: 120 })
    const begun = performance.now()
    await mine.read(`https://${host}/`)
    // Its robots.txt, and then the page.
    expect(performance.now() - begun).toBeGreaterThanOrEqual(119)
  })

  it('ends when its time is up', async () => {
    await put(host, '/', { delayMs: 5_000 })
    await expect(visit({ signal: AbortSignal.timeout(100) }).read(`https://${host}/`)).rejects.toThrow(/time/i)
    await put(host, '/robots.txt', { delayMs: 5_000 })
    await expect(visit({ signal: AbortSignal.timeout(100) }).read(`https://${host}/`)).rejects.toThrow(/time/i)
  })

  it('asks the web itself where nothing stands for it, and no private address of it', async () => {
    const lookup = (
      _name: string,
      _options: object,
      found: (error: null, all: { address: string; family: number }[]) => void,
    ) => found(null, [{ address: '127.0.0.1', family: 4 }])
    expect(await visit({ standIn: undefined, lookup }).read(`https://${host}/`)).toEqual({
      // Of its robots.txt nothing is known, and so nothing is asked for.
      fault: 'forbidden-by-robots',
    })
  })
})
