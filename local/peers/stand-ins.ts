// The stand-ins of peers as data: how each is started, from the settings that the suite itself has.
import { requireSettings } from '../local-settings.ts'
import { type PortName, portTable } from '../ports.ts'
import { publisherKeys } from './publisher-keys.ts'
import type { RunningStandIn } from './stand-in.ts'

type Settings = Readonly<Record<string, string | undefined>>

type Surroundings = {
  readonly settings: Settings
  /** Where state is kept; without it all is gone when the process ends. */
  readonly dataFolder?: string
}

type Start = (surroundings: Surroundings) => Promise<RunningStandIn>

export const standInNames = ['hub', 'psa', 'defend', 'cmdb', 'crm', 'bus'] as const satisfies readonly PortName[]

export type StandInName = (typeof standInNames)[number]

/** Each throws an Error that names the setting which it lacks, or whose port is taken. */
export const standIns: Readonly<Record<StandInName, Start>> = {
  hub: async ({ settings, dataFolder }) => {
    const { startHub } = await import('./hub.ts')
    const given = requireSettings(settings, hubSettings)
    const issuer = settings['HUB_URL']
    return startHub({
      port: portOf('hub', settings),
      keys: [given.HUB_SERVICE_KEY],
      ...(dataFolder !== undefined && { dataFolder }),
      ...(issuer && { issuer: withoutSlash(issuer) }),
      bus: { url: withoutSlash(given.BUS_API_URL), key: publisherKeys.hub },
      products: {
        code: { publicUrl: withoutSlash(given.CODE_PUBLIC_URL), secret: given.PORTAL_SSO_SECRET },
        ai: { publicUrl: withoutSlash(given.AI_PUBLIC_URL), secret: given.AI_SSO_SECRET },
      },
    })
  },
  psa: async (surroundings) => {
    const { startPsa } = await import('./psa.ts')
    return startPsa(keyedOptions('psa', 'PSA_SERVICE_KEY', surroundings))
  },
  defend: async (surroundings) => {
    const { startDefend } = await import('./defend.ts')
    return startDefend(keyedOptions('defend', 'DEFEND_SERVICE_KEY', surroundings))
  },
  cmdb: async (surroundings) => {
    const { startCmdb } = await import('./cmdb.ts')
    return startCmdb(keyedOptions('cmdb', 'CMDB_SERVICE_KEY', surroundings))
  },
  crm: async (surroundings) => {
    const { startCrm } = await import('./crm.ts')
    return startCrm(keyedOptions('crm', 'CRM_SERVICE_KEY', surroundings))
  },
  bus: async ({ settings }) => {
    const { startBus } = await import('./bus.ts')
    const { BUS_INTEGRATION_KEY, SERVICE_BUS } = requireSettings(settings, ['BUS_INTEGRATION_KEY', 'SERVICE_BUS'])
    const keys = { ...publisherKeys, code: BUS_INTEGRATION_KEY }
    return startBus({
      port: portOf('bus', settings),
      connectionString: SERVICE_BUS,
      publishers: Object.entries(keys).map(([product, key]) => ({ product, key })),
      onLine: (line) => console.error(line),
    })
  },
}

/** What a stand-in is started with whose callers come with an integration key. */
export type KeyedOptions = {
  /** 0 takes any free port. */
  readonly port: number
  /** Integration keys that are accepted. */
  readonly keys: readonly string[]
  /** Where its state is kept; without it all is gone when the process ends. */
  readonly dataFolder?: string
}

const hubSettings = [
  'HUB_SERVICE_KEY',
  'BUS_API_URL',
  'CODE_PUBLIC_URL',
  'PORTAL_SSO_SECRET',
  'AI_PUBLIC_URL',
  'AI_SSO_SECRET',
] as const

const keyedOptions = (name: StandInName, key: string, { settings, dataFolder }: Surroundings): KeyedOptions => ({
  port: portOf(name, settings),
  keys: Object.values(requireSettings(settings, [key])),
  ...(dataFolder !== undefined && { dataFolder }),
})

const portOf = (name: StandInName, settings: Settings): number => {
  const { setting, port } = portTable[name]
  const text = settings[setting] || String(port)
  if (/^\d{1,5}$/.test(text) && Number(text) <= 65_535) return Number(text)
  throw new Error(`"${text}" is not a port. Set ${setting} to a number from 0 to 65535.`)
}

const withoutSlash = (url: string): string => url.replace(/\/+$/, '')
