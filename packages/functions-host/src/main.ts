#!/usr/bin/env node
// Process entry: functions-host --entry <file> [--port 7071] [--state .local/host] [--host-json host.json] [--quiet]
// The app settings are the environment variables that the parent passes on.
import { existsSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { serveAsChild } from '@theone/local-process/child-process'
import { startHost } from './host.ts'
import { consoleLog } from './host-log.ts'
import { readHostJson } from './host-json.ts'
import { settingsOf } from './settings.ts'

const usage =
  'Usage: functions-host --entry <file> [--port 7071] [--state .local/host] [--host-json host.json] [--quiet]'

const start = async () => {
  const { values } = parseArgs({
    options: {
      entry: { type: 'string' },
      port: { type: 'string', default: process.env['LOCAL_FUNCTIONS_PORT'] ?? '7071' },
      state: { type: 'string', default: '.local/host' },
      'host-json': { type: 'string' },
      quiet: { type: 'boolean', default: false },
    },
  })
  if (!values.entry) throw new Error(`--entry is missing. ${usage}`)
  const port = Number(values.port)
  if (!/^\d+$/.test(values.port) || port > 65_535)
    throw new Error(
      `"${values.port}" is not a port. Set --port or LOCAL_FUNCTIONS_PORT to a number from 0 to 65535. ${usage}`,
    )
  // Given by name it must be there; host.json in the current folder is taken when there is one.
  const hostJsonPath = values['host-json'] ?? (existsSync('host.json') ? 'host.json' : undefined)
  const host = await startHost({
    entry: values.entry,
    port,
    stateFolder: values.state,
    ...(hostJsonPath !== undefined && { hostJson: readHostJson(hostJsonPath) }),
    settings: settingsOf(process.env),
    log: consoleLog({ quiet: values.quiet }),
  })
  return { urls: { functions: host.url }, close: host.close }
}

await serveAsChild(async () => {
  try {
    return await start()
  } catch (error) {
    // The parent gets the message; the stack of what the entry threw is for whoever reads the log.
    console.error(error)
    throw error
  }
})
