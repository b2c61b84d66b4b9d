// Azurite's three servers in this process. The package exports no API for this, so its modules are required by path and typed here.
import { mkdir } from 'node:fs/promises'
import type { IncomingMessage, Server } from 'node:http'
import Module, { createRequire } from 'node:module'
import path from 'node:path'
import { PortInUseError } from '@theone/local-process/loopback'
import type { AzuriteUrls } from './account.ts'
import { lookUpByPartition } from './partition-lookup.ts'

type AzuriteServer = {
  readonly httpServer: Server
  readonly start: () => Promise<void>
  readonly getHttpServerAddress: () => string
  /** Saves what is in memory: without it, up to 5 s of table and queue writes are lost. */
  readonly close: () => Promise<void>
}
type Constructed<T> = { readonly default: new (...args: readonly unknown[]) => T }

type Options = {
  /** 0 takes any free port. */
  readonly blobPort: number
  readonly queuePort: number
  readonly tablePort: number
  /** Where the data lives; made if it is missing. Without it everything stays in memory. */
  readonly dataFolder?: string
}

type TableStoreModule = { readonly default: Parameters<typeof lookUpByPartition>[0] }

type Service = 'blob' | 'queue' | 'table'

const require = createRequire(import.meta.url)

/**
 * Azurite reports how it is used only where its own program is started, but loads the reporter in any case: three quarters of the time
 * that it takes to load, and 2,800 files. An empty module stands in its place.
 */
const leaveOutTelemetry = (): void => {
  const azurite = createRequire(require.resolve('azurite/package.json'))
  const file = azurite.resolve('applicationinsights')
  const empty = new Module(file)
  empty.loaded = true
  require.cache[file] ??= empty
}
leaveOutTelemetry()

const modules: Readonly<Record<Service, () => readonly [unknown, unknown]>> = {
  blob: () => [require('azurite/dist/src/blob/BlobServer'), require('azurite/dist/src/blob/BlobConfiguration')],
  queue: () => [require('azurite/dist/src/queue/QueueServer'), require('azurite/dist/src/queue/QueueConfiguration')],
  table: () => [require('azurite/dist/src/table/TableServer'), require('azurite/dist/src/table/TableConfiguration')],
}

/** Arguments that the three configurations share, by position (there are no names). */
const lastArguments = (inMemory: boolean): readonly unknown[] => [
  false, // loose
  true, // skipApiVersionCheck: a newer SDK may name a version that Azurite does not know yet
  '', // cert
  '', // key
  '', // pwd
  undefined, // oauth
  true, // disableProductStyleUrl: the account is in the path, not in the host name
  inMemory,
]

/** Longer than a client keeps an idle connection, so that it does not send into one that is being closed. */
const keepAliveSeconds = 65

/** Azurite 3.37 joins a request chunk by chunk, and breaks a character that lies across two chunks. Batches it reads well. */
const readAsText = (request: IncomingMessage): void => {
  if (!request.url?.includes('$batch')) request.setEncoding('utf8')
}

const createServer = (service: Service, port: number, folder: string | undefined): AzuriteServer => {
  const [serverModule, configurationModule] = modules[service]()
  const { default: ServerOfService } = serverModule as Constructed<AzuriteServer>
  const { default: Configuration } = configurationModule as Constructed<object>
  const file = (name: string): string => path.join(folder ?? '', name)
  const firstArguments = ['127.0.0.1', port, keepAliveSeconds, file(`${service}.json`)]
  const logging = [false, undefined, false, undefined]
  const own =
    service === 'table'
      ? []
      : [
          file(`${service}-extents.json`),
          [{ locationId: 'Default', locationPath: file(`${service}-data`), maxConcurrency: 10 }],
        ]
  // The table configuration takes the two log switches the other way round; both are off.
  const tableLogging = [false, false, undefined, undefined]
  const server = new ServerOfService(
    new Configuration(
      ...firstArguments,
      ...own,
      ...(service === 'table' ? tableLogging : logging),
      ...lastArguments(folder === undefined),
    ),
  )
  if (service === 'table') {
    server.httpServer.prependListener('request', readAsText)
    const { default: Store } = require('azurite/dist/src/table/persistence/LokiTableMetadataStore') as TableStoreModule
    lookUpByPartition(Store)
  }
  return server
}

const settings = { blob: 'LOCAL_BLOB_PORT', queue: 'LOCAL_QUEUE_PORT', table: 'LOCAL_TABLE_PORT' } as const

const start = async (service: Service, port: number, folder: string | undefined): Promise<AzuriteServer> => {
  const server = createServer(service, port, folder)
  try {
    await server.start()
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EADDRINUSE') throw new PortInUseError(port, settings[service], error)
    throw new Error(`The ${service} server of Azurite could not start.`, { cause: error })
  }
  return server
}

/** Starts blobs, queues and tables on 127.0.0.1. Throws `PortInUseError` with nothing left running. */
export const startAzuriteServers = async ({
  blobPort,
  queuePort,
  tablePort,
  dataFolder,
}: Options): Promise<{ readonly urls: AzuriteUrls; readonly close: () => Promise<void> }> => {
  if (dataFolder !== undefined) await mkdir(dataFolder, { recursive: true })
  const started: AzuriteServer[] = []
  const close = async (): Promise<void> => {
    await Promise.all(started.map((server) => server.close()))
  }
  const open = async (service: Service, port: number): Promise<string> => {
    const server = await start(service, port, dataFolder)
    started.push(server)
    return server.getHttpServerAddress()
  }
  try {
    const blobs = await open('blob', blobPort)
    const queues = await open('queue', queuePort)
    const tables = await open('table', tablePort)
    return { urls: { blobs, queues, tables }, close }
  } catch (error) {
    await close()
    throw error
  }
}
