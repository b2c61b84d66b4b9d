// Process entry: node local/bundles/main.ts --folder dist --port 7071 --state .local/host [--node <program>]
// Runs what is deployed: a host for each Function App that was built into the folder, behind one address.
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { serveAsChild } from '@theone/local-process/child-process'
import { closeServer, listenOnLoopback } from '@theone/local-process/loopback'
import { startAppHost } from './app-host.ts'
import { createGateway } from './gateway.ts'

/** The folder of all apps in one, which is for `func start`. */
const allInOne = 'all'

const appsIn = (folder: string): readonly string[] =>
  readdirSync(folder).filter((name) => name !== allInOne && existsSync(join(folder, name, 'main.mjs')))

await serveAsChild(async () => {
  const { values } = parseArgs({
    options: {
      folder: { type: 'string', default: 'dist' },
      port: { type: 'string', default: '7071' },
      state: { type: 'string', default: '.local/host' },
      node: { type: 'string' },
    },
  })
  const apps = appsIn(values.folder)
  if (apps.length === 0) throw new Error(`${values.folder} holds no bundles. Make them with "npm run build".`)
  const options = {
    folder: values.folder,
    stateFolder: values.state,
    node: values.node,
    onLine: (line: string, stream: 'stdout' | 'stderr') => console[stream === 'stdout' ? 'log' : 'error'](line),
    onFailure: (error: Error) => {
      console.error(error.message)
      process.exit(1)
    },
  }
  const hosts = await Promise.all(apps.map((app) => startAppHost(app, options)))
  const gateway = createGateway(hosts)
  const url = await listenOnLoopback(gateway, Number(values.port), 'LOCAL_FUNCTIONS_PORT')
  return {
    urls: { functions: url },
    close: async () => {
      await Promise.all([closeServer(gateway), ...hosts.map((host) => host.stop())])
    },
  }
})
