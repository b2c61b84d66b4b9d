// The package as it is published, used from plain JavaScript.
import { join } from 'node:path'
import { type Child, startChild } from '@theone/local-process/child-process'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { eventually } from '../../../test/support/eventually.ts'
import { type Installation, installPacked, nodeProgram } from '../../../test/support/packed-package.ts'

let installation: Installation
let child: Child | undefined
beforeAll(async () => {
  installation = await installPacked(['local-process', 'functions-host'], ['@azure/functions', '@types/node'])
  installation.write('app.js', app)
}, 90_000)
afterEach(async () => {
  await child?.stop()
  child = undefined
})
afterAll(() => installation?.remove())

const app = `import { app } from '@azure/functions'
let ticks = 0
app.http('hello', { authLevel: 'anonymous', handler: async (request) => ({ jsonBody: { hello: request.query.get('name'), ticks } }) })
app.timer('tick', { schedule: '* * * * * *', handler: () => { ticks += 1 } })
`

describe('the packed host', () => {
  it.each(['node', 'node22'])('runs an app with an HTTP function and a timer on %s', async (node) => {
    child = await startChild({
      name: 'Functions host',
      file: installation.program('functions-host'),
      args: ['--entry', join(installation.folder, 'app.js'), '--port', '0', '--state', join(installation.folder, node)],
      node: nodeProgram(node),
    })
    const url = `${child.urls['functions']}/api/hello?name=Mia`
    const look = async () => (await (await fetch(url)).json()) as { readonly hello: string; readonly ticks: number }
    const seen = await eventually(look, ({ ticks }) => ticks > 0, 20_000)
    expect(seen.hello).toBe('Mia')
  })

  it('runs inside a program, which closes it', async () => {
    const program = installation.write(
      'program.js',
      `import { startHost } from '@theone/functions-host'
import { consoleLog } from '@theone/functions-host/host-log'
const host = await startHost({ entry: 'app.js', port: 0, stateFolder: 'state', settings: {}, log: consoleLog({ quiet: true }) })
console.log(host.functions.map(({ fn }) => fn.name).join(), (await fetch(host.url + '/api/hello')).status)
await host.close()
`,
    )
    expect(await installation.run(program)).toBe('hello,tick 200\n')
  })

  it('brings its types', async () => {
    const file = installation.write(
      'typed.ts',
      `import { type Host, startHost } from '@theone/functions-host'
import { consoleLog, type LogRecord } from '@theone/functions-host/host-log'
export const host: Promise<Host> = startHost({ entry: 'app.js', port: 0, stateFolder: 's', settings: {}, log: consoleLog() })
export const close: () => Promise<void> = (await host).close
// @ts-expect-error: a port is a number
export const wrong = startHost({ entry: 'app.js', port: '0', stateFolder: 's', settings: {}, log: consoleLog() })
// @ts-expect-error: a record has a level
export const record: LogRecord = { time: new Date(), category: 'Worker', message: '' }
`,
    )
    expect(await installation.typeErrors(file)).toBe('')
  })
})
