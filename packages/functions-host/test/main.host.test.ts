import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { againCode, startChild, type Child } from '@theone/local-process/child-process'
import { fixtureApp, hostMain } from './conformance/base-url.ts'

let folder: string
let child: Child | undefined

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'functions-host-'))
})
afterEach(async () => {
  await child?.stop()
  child = undefined
  await rm(folder, { recursive: true, force: true })
})

const start = async (args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<string[]> => {
  const lines: string[] = []
  child = await startChild({
    name: 'Functions host',
    file: hostMain,
    args: [...args, '--port', '0', '--state', folder],
    env,
    onLine: (line) => lines.push(line),
  })
  return lines
}

describe('the process of the local host', () => {
  it('says where it listens, prints its functions, and takes its environment as the app settings', async () => {
    const lines = await start(['--entry', fixtureApp], { 'AzureWebJobs.returns-text.Disabled': 'true' })
    const url = child?.urls['functions']
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/)
    expect(lines).toContain(`\techo: [GET,POST,PUT,DELETE,PATCH,OPTIONS] ${url}/api/echo`)
    expect((await fetch(`${url}/api/returns-text`)).status).toBe(404)
  })

  it('takes the port of LOCAL_FUNCTIONS_PORT, as its advice about a port that is taken says, unless it is given one', async () => {
    const env = { LOCAL_FUNCTIONS_PORT: '70000' }
    const options = { name: 'Functions host', file: hostMain, args: ['--entry', fixtureApp, '--state', folder], env }
    await expect(startChild(options)).rejects.toThrow(
      '"70000" is not a port. Set --port or LOCAL_FUNCTIONS_PORT to a number from 0 to 65535.',
    )
    await start(['--entry', fixtureApp], env)
    expect(child?.urls['functions']).toMatch(/^http:/)
  })

  it('reads the host.json that it is given', async () => {
    const file = join(folder, 'host.json')
    await writeFile(file, JSON.stringify({ version: '2.0', extensions: { http: { routePrefix: 'v9' } } }))
    await start(['--entry', fixtureApp, '--host-json', file])
    expect((await fetch(`${child?.urls['functions']}/v9/returns-text`)).status).toBe(200)
  })

  // FunctionExecutor.cs of azure-webjobs-sdk (`OnFunctionTimeout`), WebScriptHostExceptionHandler.cs of azure-functions-host
  it('ends with all that is in flight when a run takes longer than functionTimeout, and wants to be started again', async () => {
    const entry = join(folder, 'hanging.mjs')
    await writeFile(
      entry,
      `import { app } from '${import.meta.resolve('@azure/functions')}'
app.http('hangs', { handler: () => new Promise(() => {}) })
app.http('slow', { handler: () => new Promise((done) => setTimeout(() => done({ body: 'late' }), 60_000)) })
app.http('quick', { handler: () => ({ body: 'quick' }) })
app.http('tardy', { handler: () => new Promise((done) => setTimeout(() => done({ body: 'tardy' }), 1_500)) })`,
    )
    const file = join(folder, 'host.json')
    await writeFile(file, JSON.stringify({ version: '2.0', functionTimeout: '00:00:01' }))
    const lines = await start(['--entry', entry, '--host-json', file])
    const get = (name: string): Promise<string> =>
      fetch(`${child?.urls['functions']}/api/${name}`).then(
        (response) => response.text(),
        () => 'broken off',
      )
    expect(await Promise.all([get('quick'), get('tardy')])).toEqual(['quick', 'tardy'])
    expect(lines.join('\n')).not.toContain('Restarting worker process')
    expect(await Promise.all([get('hangs'), get('slow')])).toEqual(['broken off', 'broken off'])
    expect(await child?.ended).toMatchObject({ code: againCode })
    expect(lines.join('\n')).toMatch(
      /Timeout value of 00:00:01 exceeded by function 'Functions\.hangs' \(Id: '[^']+'\)\. Initiating cancellation\./,
    )
    expect(lines.join('\n')).toMatch(
      /A function timeout has occurred\. Restarting worker process executing invocationId/,
    )
  })

  it('ends with the reason when the entry throws', async () => {
    const entry = join(folder, 'broken.mjs')
    await writeFile(entry, "throw new Error('the entry is broken')\n")
    await expect(start(['--entry', entry])).rejects.toThrow(
      /could not start: .*broken\.mjs could not be loaded: the entry is broken/,
    )
  })

  it.each<[string, readonly string[], RegExp]>([
    ['no entry', [], /--entry is missing/],
    ['an entry that is not there', ['--entry', 'nowhere.ts'], /nowhere\.ts could not be loaded/],
    [
      'a host.json that is not there',
      ['--entry', fixtureApp, '--host-json', 'nowhere.json'],
      /nowhere\.json could not be read/,
    ],
  ])('does not start with %s', async (_what, args, problem) => {
    await expect(start(args)).rejects.toThrow(problem)
  })
})
