// What an app without durable functions gets of them, and one without storage.
import { app } from '@azure/functions'
import * as df from 'durable-functions'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { type Host, startHost } from '../../src/host.ts'

let stateFolder: string
let host: Host | undefined

beforeEach(async () => {
  stateFolder = await mkdtemp(join(tmpdir(), 'durable-trigger-'))
  vi.stubEnv('WEBSITE_HOSTNAME', undefined)
})
afterEach(async () => {
  await host?.close()
  vi.unstubAllEnvs()
  await rm(stateFolder, { recursive: true, force: true })
})

const start = async (register: () => void): Promise<Host> => {
  host = await startHost({ entry: async () => register(), port: 0, stateFolder, settings: {}, log: () => {} })
  return host
}
const http = (): void => app.http('other', { handler: () => ({ body: 'ok' }) })

describe('an app', () => {
  it('without durable functions needs no storage and has no durable API', async () => {
    const { url, errors } = await start(http)
    expect((await fetch(`${url}/runtime/webhooks/durabletask/instances/`)).status).toBe(404)
    expect([errors.size, process.env['WEBSITE_HOSTNAME']]).toEqual([0, undefined])
  })

  it('with durable functions and no storage runs its other functions, and says what is missing', async () => {
    const { url, errors } = await start(() => {
      http()
      df.app.activity('work', { handler: () => 1 })
    })
    expect(errors.get('work')).toEqual([expect.stringContaining('set AzureWebJobsStorage')])
    expect((await fetch(`${url}/api/other`)).status).toBe(200)
  })

  it('with an entity runs its other functions', async () => {
    const { errors } = await start(() => {
      http()
      df.app.entity('counter', () => {})
    })
    expect(errors.get('counter')).toEqual([expect.stringContaining('"entityTrigger" is not one that this host runs')])
  })
})
