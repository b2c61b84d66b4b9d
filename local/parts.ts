// The processes of the local stack: the program of each, its arguments, and which settings it needs.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { LocalSettings } from './local-settings.ts'
import { brokerProgram, hostProgram } from './package-programs.ts'
import { standInNames } from './stand-ins/stand-ins.ts'
import { type Ports, portTable } from './ports.ts'

export type PartName = 'functions' | 'peers' | 'serviceBus' | 'azurite'

export const partTitles: Readonly<Record<PartName, string>> = {
  functions: 'Functions',
  peers: 'Stand-ins',
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
  peers: ({ ports, dataFolder, settings }) => ({
    file: join(import.meta.dirname, 'stand-ins/main.ts'),
    args: args({ data: join(dataFolder, 'peers') }),
    env: {
      ...settings,
      ...Object.fromEntries(standInNames.map((name) => [portTable[name].setting, String(ports[name])])),
    },
  }),
  serviceBus: ({ ports, dataFolder }) => ({
    file: brokerProgram,
    args: args({
      port: ports.serviceBus,
      data: join(dataFolder, 'service-bus'),
      entities: join(projectFolder, 'shared/bus/entities.json'),
    }),
    env: {},
  }),
  functions: ({ ports, dataFolder, settings, entry }) => {
    const place = { port: ports.functions, state: join(dataFolder, 'host') }
    if (typeof entry !== 'string')
      return { file: join(import.meta.dirname, 'bundles/main.ts'), args: args({ ...entry, ...place }), env: settings }
    const hostJson = join(projectFolder, 'host.json')
    return {
      file: hostProgram,
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
