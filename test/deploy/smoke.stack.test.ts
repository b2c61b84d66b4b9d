import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { type Server, createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { afterAll, afterEach, describe, expect, inject, it } from 'vitest'
import { startChild } from '@theone/local-process/child-process'
import { closeServer, listenOnLoopback } from '@theone/local-process/loopback'
import { functionApps } from '../../functions/apps/all.ts'
import { hostProgram } from '../../local/package-programs.ts'
import { projectFolder } from '../../local/parts.ts'
import { startAzurite } from '../support/azurite.ts'

const { urls, settings } = inject('stack')

const folder = mkdtempSync(join(tmpdir(), 'smoke-'))
const stopping: (() => Promise<unknown>)[] = []
afterEach(async () => {
  await Promise.all(stopping.splice(0).map((stop) => stop()))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** The six apps in one host, with a storage of its own and no broker: it must take nothing away from the stack. */
const startHost = async (changes: Readonly<Record<string, string>>): Promise<string> => {
  const azurite = await startAzurite()
  stopping.push(azurite.stop)
  const { connectionString } = azurite
  const main = join(projectFolder, 'functions/apps/main.ts')
  const host = await startChild({
    name: 'host',
    file: hostProgram,
    args: ['--entry', main, '--host-json', join(projectFolder, 'host.json'), '--state', folder, '--port', '0'],
    env: {
      ...settings,
      AzureWebJobsStorage: connectionString,
      DATA_STORAGE: connectionString,
      SERVICE_BUS: (settings['SERVICE_BUS'] ?? '').replace(/:\d+;/, ':9;'),
      ...changes,
    },
  })
  stopping.push(() => host.stop())
  return host.urls['functions'] ?? ''
}

/** Another address of the stack's host, which is there only from some time on. */
const forwardTo = (target: string): Server =>
  createServer((request, response) => {
    fetch(`${target}${request.url}`).then(
      async (answer) => response.writeHead(answer.status).end(await answer.text()),
      () => response.destroy(),
    )
  })

type Ended = { readonly code: number; readonly stdout: string; readonly stderr: string }

const smoke = (args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Ended> =>
  promisify(execFile)(process.execPath, [join(projectFolder, 'deploy/smoke.ts'), ...args], {
    env: { ...process.env, ...env },
  }).then(
    (said) => ({ code: 0, ...said }),
    (error: unknown) => error as Ended,
  )

describe('the smoke test of a deployment', () => {
  it('finds all six apps of the local stack ready', async () => {
    const { code, stdout, stderr } = await smoke(['--at', urls.functions, '--wait', '20'])
    const [, ...lines] = stdout.trim().split('\n')
    expect(lines.map((line) => line.split(/ +/).slice(0, 2))).toEqual(functionApps.map(({ name }) => [name, 'ready']))
    expect([code, stderr]).toEqual([0, ''])
  })

  it('fails where nothing answers, and still tells of every app', async () => {
    const { code, stdout, stderr } = await smoke(['--at', 'http://127.0.0.1:9', '--wait', '0'])
    expect(stdout.match(/no answer/g)).toHaveLength(functionApps.length)
    expect(stderr).toContain('6 of 6 apps are not ready')
    expect(code).toBe(1)
  })

  it('fails with what to do when nobody says where the apps are, or for how long to wait', async () => {
    const [nowhere, soon] = await Promise.all([
      smoke([], { serviceHostNames: '' }),
      smoke(['--at', urls.functions, '--wait', 'soon']),
    ])
    expect([nowhere.code, nowhere.stderr]).toEqual([
      2,
      expect.stringContaining('serviceHostNames is not set') as string,
    ])
    expect([soon.code, soon.stderr]).toEqual([2, expect.stringContaining('--wait is "soon"') as string])
  })

  it('fails where a setting is missing, and names it with the app that needs it', async () => {
    const { code, stdout } = await smoke(['--at', await startHost({ HUB_SERVICE_KEY: '' }), '--wait', '0'])
    expect(stdout).toMatch(/^theonecode-api +not ready .*\n +HUB_SERVICE_KEY is missing: /m)
    expect(code).toBe(1)
  })

  it('waits for a host that comes late', async () => {
    const server = forwardTo(urls.functions)
    const url = await listenOnLoopback(server, 0, 'PORT')
    await closeServer(server)
    const asked = smoke(['--at', url, '--wait', '100'])
    await sleep(6_000)
    await listenOnLoopback(server, Number(new URL(url).port), 'PORT')
    stopping.push(() => closeServer(server))
    const { code, stdout } = await asked
    expect(stdout.match(/ ready /g)).toHaveLength(functionApps.length)
    expect(code).toBe(0)
  }, 120_000)
})
