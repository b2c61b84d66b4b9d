// A host that runs the flow of these tests, with a storage of its own.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Child, startChild } from '@theone/local-process/child-process'
import { createStore, type Store } from '../../../../shared/store/store.ts'
import { startAzurite } from '../../../support/azurite.ts'
import { hostMain } from '../../../../packages/functions-host/test/conformance/base-url.ts'

export type JourneyHost = {
  readonly url: () => string
  readonly store: Store
  readonly connectionString: string
  /** As when the power fails. */
  readonly kill: () => Promise<void>
  readonly start: () => Promise<void>
  readonly stop: () => Promise<void>
}

/**
 * FLOW_LOG=1 shows what the host logs.
 * @param proxyTables gives the URL by which the host reaches the tables, e.g. of a proxy
 */
export const startJourneyHost = async (
  proxyTables: (tablesUrl: string) => Promise<string> = async (url) => url,
): Promise<JourneyHost> => {
  const folder = mkdtempSync(join(tmpdir(), 'flow-host-'))
  const azurite = await startAzurite()
  const tables = new URL(azurite.child.urls['tables'] ?? '').origin
  const connectionString = azurite.connectionString.replaceAll(tables, await proxyTables(tables))
  const hostJson = join(folder, 'host.json')
  writeFileSync(hostJson, JSON.stringify({ version: '2.0', extensions: { durableTask: { hubName: 'JourneyHub' } } }))
  let child: Child | undefined
  const start = async (): Promise<void> => {
    child = await startChild({
      name: 'Functions host',
      file: hostMain,
      args: [
        '--entry',
        fileURLToPath(new URL('app.ts', import.meta.url)),
        '--port',
        '0',
        '--state',
        folder,
        '--host-json',
        hostJson,
        '--quiet',
      ],
      env: {
        AzureWebJobsStorage: connectionString,
        DATA_STORAGE: connectionString,
        MESSAGE_RETRY_SECONDS: '1',
        TRUSTED_PROXY_COUNT: '0',
      },
      onLine: (line) => {
        if (process.env['FLOW_LOG']) console.log(line)
      },
    })
  }
  await start()
  return {
    url: () => child?.urls['functions'] ?? '',
    store: createStore({ connectionString: azurite.connectionString }),
    connectionString: azurite.connectionString,
    kill: async () => child?.kill(),
    start,
    stop: async () => {
      await child?.stop()
      await azurite.stop()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
