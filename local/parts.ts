// The processes of the local stack: the program of each, its arguments, and which settings it needs.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { type LocalSettings, requireSettings } from './local-settings.ts'
import type { Ports } from './ports.ts'

export type PartName = 'functions' | 'hub' | 'psa' | 'azurite'

export const partTitles: Readonly<Record<PartName, string>> = {
  functions: 'Functions',
  hub: 'Hub',
  psa: 'PSA',
  azurite: 'Storage',
}

export type PartProgram = {
  readonly file: string
  readonly args: readonly string[]
  readonly env: Readonly<Record<string, string>>
}

type Surroundings = {
  readonly ports: Ports
  readonly dataFolder: string
  readonly settings: LocalSettings
  /** The file that registers the functions. */
  readonly entry: string
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
  hub: ({ ports, settings }) => ({
    file: join(import.meta.dirname, 'peers/hub-main.ts'),
    args: args({ port: ports.hub }),
    env: requireSettings(settings, [
      'HUB_URL',
      'CODE_PUBLIC_URL',
      'AI_PUBLIC_URL',
      'PORTAL_SSO_SECRET',
      'AI_SSO_SECRET',
    ]),
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
    const hostJson = join(projectFolder, 'host.json')
    return {
      file: join(import.meta.dirname, 'host/main.ts'),
      args: args({
        entry,
        port: ports.functions,
        state: join(dataFolder, 'host'),
        ...(existsSync(hostJson) && { 'host-json': hostJson }),
      }),
      env: settings,
    }
  },
}

export const defaultEntry = join(projectFolder, 'functions/apps/main.ts')
