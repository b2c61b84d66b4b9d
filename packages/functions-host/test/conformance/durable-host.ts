// Where the conformance suite of durable functions finds its host: DURABLE_BASE_URL (a host that runs durable-app.ts), or a local host
// with an Azurite of its own.
import { randomUUID } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Child, startChild } from '@theone/local-process/child-process'
import { startAzurite } from '../../../../test/support/azurite.ts'
import { hostMain } from './base-url.ts'
import type { ClientRequest } from './durable-app.ts'

export type DurableHost = { readonly url: string; readonly stop: () => Promise<void> }

export const durableApp = join(import.meta.dirname, 'durable-app.ts')

/** A host process; `kill` it, or stop it. */
export const startDurableHost = async (
  connectionString: string,
  options: { readonly folder: string; readonly env?: Record<string, string>; readonly durableTask?: object },
): Promise<Child> => {
  const hostJson = join(options.folder, `host-${randomUUID()}.json`)
  const durableTask = { hubName: 'ConformanceHub', ...options.durableTask }
  await writeFile(hostJson, JSON.stringify({ version: '2.0', extensions: { durableTask } }))
  return startChild({
    name: 'Functions host',
    file: hostMain,
    args: ['--entry', durableApp, '--port', '0', '--state', options.folder, '--host-json', hostJson, '--quiet'],
    env: { AzureWebJobsStorage: connectionString, WEBSITE_HOSTNAME: '', ...options.env },
    onLine: (line) => {
      if (process.env['DURABLE_LOG']) console.log(line)
    },
  })
}

export const durableHostUnderTest = async (): Promise<DurableHost> => {
  const given = process.env['DURABLE_BASE_URL']
  if (given) return { url: given.replace(/\/$/, ''), stop: async () => {} }
  const folder = await mkdtemp(join(tmpdir(), 'durable-host-'))
  const azurite = await startAzurite()
  const child = await startDurableHost(azurite.connectionString, { folder })
  return {
    url: child.urls['functions'] ?? '',
    stop: async () => {
      await child.stop()
      await azurite.stop()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

export type Status = {
  readonly name: string
  readonly instanceId: string
  readonly runtimeStatus: string
  readonly input: unknown
  readonly customStatus: unknown
  readonly output: unknown
  readonly createdTime: string
  readonly lastUpdatedTime: string
  readonly historyEvents?: ReadonlyArray<Record<string, unknown>>
}

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

/** The HTTP API as a caller without the library uses it. `DURABLE_KEY` is the system key that Azure asks for. */
export const durableApi = (url: () => string) => {
  const key = process.env['DURABLE_KEY']
  const api = (method: string, path: string, body?: unknown): Promise<Response> => {
    const target = new URL(`${url()}/runtime/webhooks/durabletask/${path}`)
    if (key) target.searchParams.set('code', key)
    return fetch(target, {
      method,
      ...(method === 'POST' && { headers: { 'content-type': 'application/json' } }),
      ...(body !== undefined && { body: JSON.stringify(body) }),
    })
  }
  /** One that is not there yet, as a sub-orchestration may be, is Pending. */
  const status = async (instanceId: string, query = ''): Promise<Status> => {
    const response = await api('GET', `instances/${encodeURIComponent(instanceId)}${query}`)
    if (response.status === 404) return { instanceId, runtimeStatus: 'Pending' } as Status
    return (await response.json()) as Status
  }
  /** Looks until it holds; with what it saw last when it does not within 20 s. */
  const until = async (instanceId: string, holds: (status: Status) => boolean): Promise<Status> => {
    const deadline = performance.now() + 20_000
    for (;;) {
      const seen = await status(instanceId, '?showInput=false')
      if (holds(seen)) return status(instanceId)
      if (performance.now() > deadline) throw new Error(`Not within 20 s. Last seen: ${JSON.stringify(seen)}`)
      await sleep(50)
    }
  }
  const start = async (name: string, input?: unknown, instanceId: string = randomUUID()): Promise<string> => {
    const response = await api('POST', `orchestrators/${name}/${encodeURIComponent(instanceId)}`, input)
    if (response.status !== 202) throw new Error(`Start of ${name}: ${response.status} ${await response.text()}`)
    return instanceId
  }
  const end = (instanceId: string): Promise<Status> =>
    until(instanceId, ({ runtimeStatus }) => ['Completed', 'Failed', 'Terminated'].includes(runtimeStatus))
  /** Those whose ids begin so, once all of them are over. */
  const endAll = async (prefix: string, count: number): Promise<Status[]> => {
    const deadline = performance.now() + 25_000
    for (;;) {
      const response = await api(
        'GET',
        `instances/?instanceIdPrefix=${prefix}&runtimeStatus=Completed,Failed,Terminated`,
      )
      const ended = (await response.json()) as Status[]
      if (ended.length === count) return ended
      if (performance.now() > deadline) throw new Error(`Not within 25 s. Over: ${ended.length} of ${count}`)
      await sleep(200)
    }
  }
  const run = async (name: string, input?: unknown): Promise<Status> => end(await start(name, input))
  const output = async (name: string, input?: unknown): Promise<unknown> => {
    const ended = await run(name, input)
    if (ended.runtimeStatus !== 'Completed') throw new Error(`${name} ended ${JSON.stringify(ended)}`)
    return ended.output
  }
  const raise = async (instanceId: string, name: string, data?: unknown): Promise<number> =>
    (await api('POST', `instances/${instanceId}/raiseEvent/${name}`, data)).status
  const client = async (operation: string, request: ClientRequest): Promise<{ result?: unknown; error?: string }> => {
    const response = await fetch(`${url()}/api/client/${operation}`, { method: 'POST', body: JSON.stringify(request) })
    return (await response.json()) as { result?: unknown; error?: string }
  }
  const runs = async (runKey: string): Promise<number> =>
    Number(await (await fetch(`${url()}/api/runs/${runKey}`)).json())
  return { api, status, until, start, end, endAll, run, output, raise, client, runs }
}
