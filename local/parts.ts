// The processes of the local stack: the program of each, its arguments, and which settings it needs.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { type LocalSettings, requireSettings } from './local-settings.ts'
import type { Ports } from './ports.ts'

export type PartName = 'functions' | 'hub' | 'psa' | 'defend' | 'cmdb' | 'crm' | 'bus' | 'serviceBus' | 'azurite'

export const partTitles: Readonly<Record<PartName, string>> = {
  functions: 'Functions',
  hub: 'Hub',
  psa: 'PSA',
  defend: 'Defend',
  cmdb: 'CMDB',
  crm: 'CRM',
  bus: 'The One Bus',
  serviceBus: 'Service Bus',
  azurite: 'Storage',
}

export type PartProgram = {
  readonly file: string
  readonly args: readonly string[]
  readonly env: Readonly<Record<string, string>>
  /** Options of Node.js. */
  readonly execArgv?: readonly string[]
}

type Surroundings = {
  readonly ports: Ports
  readonly dataFolder: string
  readonly settings: LocalSettings
  /** The file that registers the functions, or the bundles to run instead. */
  readonly entry: string | Bundles
}

/** What the build made: a folder for each Function App. */
export type Bundles = {
  readonly folder: string
  /** The Node.js that runs them; that of the stack unless given. */
  readonly node?: string
}

/** The folder that holds `package.json`. */
export const projectFolder = join(import.meta.dirname, '..')

/** With these the other products publish to the bus. */
export const publisherKeys = { hub: 'local-only-bus-hub-key', defend: 'local-only-bus-defend-key' } as const

const args = (options: Readonly<Record<string, string | number>>): readonly string[] =>
  Object.entries(options).flatMap(([name, value]) => [`--${name}`, String(value)])

export const programOf: Readonly<Record<PartName, (surroundings: Surroundings) => PartProgram>> = {
  azurite: ({ ports, dataFolder }) => ({
    file: join(import.meta.dirname, 'azurite/main.ts'),
    args: args({
      'blob-port': ports.blobs,
      'queue-port': ports.queues,
      'table-port': ports.tables,
      data: join(dataFolder, 'azurite'),
    }),
    env: {},
  }),
  hub: ({ ports, dataFolder, settings }) => ({
    file: join(import.meta.dirname, 'peers/hub-main.ts'),
    args: args({
      port: ports.hub,
      data: join(dataFolder, 'hub'),
      key: requireSettings(settings, ['HUB_SERVICE_KEY']).HUB_SERVICE_KEY,
      'bus-key': publisherKeys.hub,
    }),
    env: requireSettings(settings, [
      'HUB_URL',
      'CODE_PUBLIC_URL',
      'AI_PUBLIC_URL',
      'PORTAL_SSO_SECRET',
      'AI_SSO_SECRET',
      'BUS_API_URL',
    ]),
  }),
  defend: ({ ports, dataFolder, settings }) => ({
    file: join(import.meta.dirname, 'peers/defend-main.ts'),
    args: args({
      port: ports.defend,
      data: join(dataFolder, 'defend'),
      key: requireSettings(settings, ['DEFEND_SERVICE_KEY']).DEFEND_SERVICE_KEY,
    }),
    env: {},
  }),
  cmdb: ({ ports, dataFolder, settings }) => ({
    file: join(import.meta.dirname, 'peers/cmdb-main.ts'),
    args: args({
      port: ports.cmdb,
      data: join(dataFolder, 'cmdb'),
      key: requireSettings(settings, ['CMDB_SERVICE_KEY']).CMDB_SERVICE_KEY,
    }),
    env: {},
  }),
  crm: ({ ports, dataFolder, settings }) => ({
    file: join(import.meta.dirname, 'peers/crm-main.ts'),
    args: args({
      port: ports.crm,
      data: join(dataFolder, 'crm'),
      key: requireSettings(settings, ['CRM_SERVICE_KEY']).CRM_SERVICE_KEY,
    }),
    env: {},
  }),
  bus: ({ ports, settings }) => {
    const { BUS_INTEGRATION_KEY, SERVICE_BUS } = requireSettings(settings, ['BUS_INTEGRATION_KEY', 'SERVICE_BUS'])
    const keys = { ...publisherKeys, code: BUS_INTEGRATION_KEY }
    return {
      file: join(import.meta.dirname, 'peers/bus-main.ts'),
      args: [
        ...args({ port: ports.bus }),
        ...Object.entries(keys).flatMap(([product, key]) => ['--publisher', `${product}=${key}`]),
      ],
      env: { SERVICE_BUS },
    }
  },
  serviceBus: ({ ports, dataFolder }) => ({
    file: join(import.meta.dirname, 'service-bus/main.ts'),
    args: args({
      port: ports.serviceBus,
      data: join(dataFolder, 'service-bus'),
      entities: join(projectFolder, 'shared/bus/entities.json'),
    }),
    env: {},
  }),
  psa: ({ ports, dataFolder, settings }) => ({
    file: join(import.meta.dirname, 'peers/psa-main.ts'),
    args: args({
      port: ports.psa,
      data: join(dataFolder, 'psa'),
      key: requireSettings(settings, ['PSA_SERVICE_KEY']).PSA_SERVICE_KEY,
    }),
    env: {},
  }),
  functions: ({ ports, dataFolder, settings, entry }) => {
    const place = { port: ports.functions, state: join(dataFolder, 'host') }
    if (typeof entry !== 'string')
      return { file: join(import.meta.dirname, 'bundles/main.ts'), args: args({ ...entry, ...place }), env: settings }
    const hostJson = join(projectFolder, 'host.json')
    return {
      file: join(import.meta.dirname, 'host/main.ts'),
      args: args({
        entry,
        ...place,
        ...(existsSync(hostJson) && { 'host-json': hostJson }),
      }),
      env: settings,
    }
  },
}

export const defaultEntry = join(projectFolder, 'functions/apps/main.ts')
