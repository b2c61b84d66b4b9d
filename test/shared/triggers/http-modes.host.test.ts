// With HTTP streaming on, the library serves all functions of an app itself. Callers of ordinary functions see no difference.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Child, startChild } from '@theone/local-process/child-process'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { hostProgram } from '../../../local/package-programs.ts'
import { sendAndLeave } from '../../../packages/functions-host/test/conformance/raw-http.ts'
import { eventually } from '../../support/eventually.ts'

type Mode = { readonly child: Child; readonly folder: string; readonly url: string; readonly lines: readonly string[] }

const startMode = async (env: Readonly<Record<string, string>>): Promise<Mode> => {
  const folder = await mkdtemp(join(tmpdir(), 'mode-app-'))
  const lines: string[] = []
  const child = await startChild({
    name: 'Functions host',
    file: hostProgram,
    args: ['--entry', join(import.meta.dirname, 'mode-app.ts'), '--port', '0', '--state', folder],
    env: { TRUSTED_PROXY_COUNT: '0', HUB_URL: 'http://127.0.0.1:1', AI_PUBLIC_URL: 'http://127.0.0.1:7071', ...env },
    onLine: (line) => lines.push(line),
  })
  return { child, folder, url: child.urls['functions'] ?? '', lines }
}

let plain: Mode
let streaming: Mode
beforeAll(async () => {
  ;[plain, streaming] = await Promise.all([startMode({}), startMode({ STREAMS: 'on' })])
})
afterAll(async () => {
  for (const mode of [plain, streaming]) {
    await mode?.child.stop()
    if (mode) await rm(mode.folder, { recursive: true, force: true })
  }
})

/** In any order, names of attributes in small letters, as browsers read them. */
const attributesOf = (line: string): readonly string[] => {
  const [pair = '', ...attributes] = line.split('; ')
  return [pair, ...attributes.map((attribute) => attribute.toLowerCase()).toSorted()]
}

/** What is no matter of the moment or of the connection. */
const seenAt = async ({ url }: Mode, path: string, init: RequestInit = {}) => {
  const response = await fetch(`${url}/api/ai/${path}`, {
    redirect: 'manual',
    ...init,
    headers: { 'x-correlation-id': 'same', ...(init.headers as Record<string, string> | undefined) },
  })
  const headers = Object.fromEntries(response.headers)
  for (const name of ['date', 'connection', 'keep-alive', 'set-cookie']) delete headers[name]
  return {
    status: response.status,
    headers,
    cookies: response.headers.getSetCookie().map(attributesOf),
    body: await response.text(),
  }
}

const json = { 'content-type': 'application/json' }
const post = (body: string, headers: Record<string, string> = json): RequestInit => ({ method: 'POST', body, headers })

describe('an ordinary function of an app that streams', () => {
  it.each([
    ['JSON', 'echo/1', post('{"text":"Grüße ☃"}'), 201],
    ['an id and cookies', 'echo/a%20b%C3%A4+c', post('{"text":""}', { ...json, cookie: 'own=1; x=2; own=3' }), 201],
    ['text', 'text?say=a+b%2Bc', {}, 200],
    ['an empty text', 'text', {}, 200],
    ['a query that is given twice', 'text?say=1&say=2', {}, 400],
    ['no content, and cookies', 'cookies', { method: 'DELETE' }, 204],
    ['another address', 'moved', {}, 302],
    ['a failure that may pass', 'failing?how=later', {}, 503],
    ['a failure after a while', 'failing?how=slowly', {}, 503],
    ['a failure that nobody expected', 'failing?how=unknown', {}, 500],
    ['a body that does not fit', 'echo/1', post('{"text":1}'), 400],
    ['a body that is not JSON', 'echo/1', post('{'), 400],
    ['no body', 'echo/1', { method: 'POST', headers: json }, 400],
    ['a body of another type', 'echo/1', post('text=1', { 'content-type': 'text/plain' }), 415],
    ['a body that is too large', 'echo/1', post(`{"text":"${'x'.repeat(1_000)}"}`), 413],
    ['a body of megabytes', 'echo/1', post('x'.repeat(5_000_000)), 413],
    ['a function that there is not', 'nothing', {}, 404],
    ['a method that there is not', 'echo/1', { method: 'PUT', body: '{}', headers: json }, 404],
  ] as const)('answers with the same status, headers, cookies and bytes for %s', async (_, path, init, status) => {
    const [without, withStreaming] = [await seenAt(plain, path, init), await seenAt(streaming, path, init)]
    expect(without.status).toBe(status)
    expect(withStreaming).toEqual(without)
  })

  it('says how long its answer is', async () => {
    const { headers, body } = await seenAt(streaming, 'text?say=%C3%A4')
    expect([headers['content-length'], headers['transfer-encoding'], body]).toEqual(['2', undefined, 'ä'])
  })

  it('takes a body that breaks off for a caller that left, not for a failure', async () => {
    const head = 'POST /api/ai/echo/1 HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 99\r\n'
    await sendAndLeave(streaming.url, `${head}\r\n{"text":`)
    const told = await eventually(
      async () => streaming.lines.filter((line) => line.includes('"ai-send-echo"') && line.includes('"status":499')),
      (lines) => lines.length > 0,
      10_000,
    )
    expect(told[0]).toContain('"problem":"caller-gone"')
  })

  it('gets a chunked body, which the Azure host keeps from functions without streaming', async () => {
    const chunked = (): RequestInit & { duplex: 'half' } => ({
      method: 'POST',
      headers: json,
      body: new Blob(['{"text":"chunked"}']).stream(),
      duplex: 'half',
    })
    expect((await seenAt(streaming, 'echo/1', chunked())).status).toBe(201)
    expect((await seenAt(plain, 'echo/1', chunked())).status).toBe(400)
  })
})
