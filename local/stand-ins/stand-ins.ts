// Starts the stand-ins of peers, each from its peer's folder and from the settings that the suite itself has, the key vault, and the models.
import { type Peer, peerNames, peers } from '../../shared/peers/peers.ts'
import { requireSettings } from '../local-settings.ts'
import { portTable } from '../ports.ts'
import type { RunningStandIn } from './stand-in.ts'

export type Settings = Readonly<Record<string, string | undefined>>

/** What a stand-in is started with. */
export type StandInOptions = {
  /** 0 takes any free port. */
  readonly port: number
  /** Integration keys that are accepted. */
  readonly keys: readonly string[]
  /** Credentials with which keys may be registered. */
  readonly registrationKeys?: readonly string[]
  /** Where its state is kept; without it all is gone when the process ends. */
  readonly dataFolder?: string
}

/** What `shared/peers/<peer>/stand-in/stand-in.ts` exports. */
type StandInModule = {
  readonly start: (options: StandInOptions & { readonly settings: Settings }) => Promise<RunningStandIn>
}

export type StandInName = Peer | 'keyVault' | 'models' | 'operators' | 'web'

export const standInNames: readonly StandInName[] = [...peerNames, 'keyVault', 'models', 'operators', 'web']

/**
 * @param settings in which a key is itself, not the name of a secret
 * @throws Error that names the settings which are missing, or says that the port is taken
 */
export const startStandInOf = async (peer: Peer, settings: Settings, dataFolder?: string): Promise<RunningStandIn> => {
  const { start } = (await import(`../../shared/peers/${peer}/stand-in/stand-in.ts`)) as StandInModule
  const facts: { readonly key: string; readonly registration?: string } = peers[peer]
  const registrationKey = facts.registration === undefined ? undefined : settings[facts.registration]
  return start({
    port: portOf(peer, settings),
    keys: Object.values(requireSettings(settings, [facts.key])),
    registrationKeys: registrationKey ? [registrationKey] : [],
    ...(dataFolder !== undefined && { dataFolder }),
    settings,
  })
}

export const portOf = (name: StandInName, settings: Settings): number => {
  const { setting, port } = portTable[name]
  const text = settings[setting] || String(port)
  if (/^\d{1,5}$/.test(text) && Number(text) <= 65_535) return Number(text)
  throw new Error(`"${text}" is not a port. Set ${setting} to a number from 0 to 65535.`)
}
