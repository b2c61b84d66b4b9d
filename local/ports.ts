// The ports of the local stack: what listens where, how to change it, and whether they are free.
import { type Peer, peerNames, peers } from '../shared/peers/peers.ts'
import { claimPortBlock, isFree } from './port-block.ts'

type PortInfo = { readonly setting: string; readonly port: number; readonly title: string; readonly scheme?: string }

const peerPorts = Object.fromEntries(
  peerNames.map((name) => [
    name,
    { setting: `LOCAL_${name.toUpperCase()}_PORT`, port: peers[name].standIn.port, title: peers[name].name },
  ]),
) as Readonly<Record<Peer, PortInfo>>

/** `setting` is the environment variable that changes the port. */
export const portTable = {
  functions: { setting: 'LOCAL_FUNCTIONS_PORT', port: 7071, title: 'Functions' },
  ...peerPorts,
  keyVault: { setting: 'LOCAL_KEY_VAULT_PORT', port: 7088, title: 'Key Vault' },
  operators: { setting: 'LOCAL_OPERATORS_PORT', port: 7089, title: 'Operators' },
  models: { setting: 'LOCAL_MODELS_PORT', port: 7090, title: 'Models' },
  web: { setting: 'LOCAL_WEB_PORT', port: 7095, title: 'Public web' },
  serviceBus: { setting: 'LOCAL_SERVICE_BUS_PORT', port: 5672, title: 'Service Bus', scheme: 'sb' },
  blobs: { setting: 'LOCAL_BLOB_PORT', port: 10_000, title: 'Blob storage' },
  queues: { setting: 'LOCAL_QUEUE_PORT', port: 10_001, title: 'Queue storage' },
  tables: { setting: 'LOCAL_TABLE_PORT', port: 10_002, title: 'Table storage' },
} satisfies Record<string, PortInfo>

export type PortName = keyof typeof portTable
export type Ports = Readonly<Record<PortName, number>>

export const portNames = Object.keys(portTable) as PortName[]

const mapPorts = (portOf: (name: PortName) => number): Ports =>
  Object.fromEntries(portNames.map((name) => [name, portOf(name)])) as Ports

/** Any free port for everything: for tests, which share the machine. */
export const anyPorts: Ports = mapPorts(() => 0)

/** Moves all usual ports at once: how a second stack runs beside the first. */
export const portOffsetSetting = 'LOCAL_PORT_OFFSET'

/**
 * The ports that the environment asks for, otherwise the usual ones, moved by `LOCAL_PORT_OFFSET`; 0 means any free one.
 * @throws Error naming every setting that is not a port, or that names the port of another one
 */
export const readPorts = (environment: Readonly<Record<string, string | undefined>>): Ports => {
  const faults: string[] = []
  const offsetText = environment[portOffsetSetting] || '0'
  if (!/^\d{1,5}$/.test(offsetText))
    throw new Error(
      `${portOffsetSetting} is "${offsetText}": give a number from 0 to 55000, which is added to every usual port.`,
    )
  const settingOf = new Map<number, string>()
  const ports = mapPorts((name) => {
    const { setting, port } = portTable[name]
    const text = environment[setting] || String(port + Number(offsetText))
    const number = Number(text)
    if (!/^\d+$/.test(text) || number > 65_535) faults.push(`${setting} is "${text}": give a port from 0 to 65535.`)
    const other = number === 0 ? undefined : settingOf.get(number)
    if (other !== undefined) faults.push(`${setting} and ${other} are both ${number}: give each a port of its own.`)
    settingOf.set(number, setting)
    return number
  })
  if (faults.length > 0) throw new Error(faults.join('\n'))
  return ports
}

class PortsInUseError extends Error {
  override readonly name = 'PortsInUseError'
}

/** @throws PortsInUseError with a line for every port that something else listens on */
export const refuseUsedPorts = async (ports: Ports): Promise<void> => {
  const free = await Promise.all(portNames.map(async (name) => ports[name] === 0 || (await isFree(ports[name]))))
  const used = portNames.filter((_, index) => !free[index])
  if (used.length === 0) return
  throw new PortsInUseError(
    used
      .map((name) => {
        const { setting, title } = portTable[name]
        return `Port ${ports[name]} (${title}) is already in use. Stop the program that uses it, or set ${setting} to another port.`
      })
      .join('\n'),
  )
}

export type ChosenPorts = {
  readonly ports: Ports
  /** Lets others have them. */
  readonly release: () => Promise<void>
}

/**
 * Puts a free port in the place of every 0, so that all addresses are known before anything listens. No other stack is given them until
 * they are released or this process has ended.
 * @throws Error if so many stacks run that none is left
 */
export const choosePorts = async (ports: Ports): Promise<ChosenPorts> => {
  const open = portNames.filter((name) => ports[name] === 0)
  if (open.length === 0) return { ports, release: async () => {} }
  const block = await claimPortBlock(open.length, new Set(Object.values(ports)))
  const chosen = new Map(open.map((name, index) => [name, block.ports[index] ?? 0]))
  return { ports: mapPorts((name) => chosen.get(name) ?? ports[name]), release: block.release }
}

/** The base URLs at which the parts are reached. */
export const urlsOf = (ports: Ports): Readonly<Record<PortName, string>> => {
  const schemeOf = (info: PortInfo): string => info.scheme ?? 'http'
  return Object.fromEntries(
    portNames.map((name) => [name, `${schemeOf(portTable[name])}://127.0.0.1:${ports[name]}`]),
  ) as Record<PortName, string>
}
