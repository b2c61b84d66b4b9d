// What a device does, as its behaviour is judged by it.

export const eventKinds = [
  'logon',
  'logon_failure',
  'process_start',
  'connection',
  'admin_action',
  /** The agent is alive, and nothing was done: an hour of nothing, and not one in which nobody looked. */
  'heartbeat',
] as const

export type DeviceEvent = {
  /** In milliseconds since 1970. */
  readonly at: number
  readonly kind: (typeof eventKinds)[number]
  readonly user?: string | undefined
  /** Of a process that starts: its name, and that of the one which starts it. */
  readonly process?: string | undefined
  readonly parent?: string | undefined
  /** Of a connection: the network or the domain, as Defend puts addresses together; and what was sent. */
  readonly destination?: string | undefined
  readonly bytesSent?: number | undefined
}

/** What is counted for each hour. */
export const counts = ['logons', 'failures', 'processes', 'connections', 'megabytes', 'adminActions'] as const
export type CountName = (typeof counts)[number]

/** What is remembered for 30 days, to know what is new. */
export const families = ['program', 'destination', 'user'] as const
export type FamilyName = (typeof families)[number]

export const countOf = (event: DeviceEvent): CountName | undefined => {
  switch (event.kind) {
    case 'logon':
      return 'logons'
    case 'logon_failure':
      return 'failures'
    case 'process_start':
      return 'processes'
    case 'connection':
      return 'connections'
    case 'admin_action':
      return 'adminActions'
    case 'heartbeat':
      return undefined
  }
}

/** A process counts together with the one that starts it: a known program that another one starts is new. */
export const valuesOf = ({
  kind,
  user,
  process,
  parent,
  destination,
}: DeviceEvent): Partial<Record<FamilyName, string>> => ({
  ...(kind === 'process_start' &&
    process !== undefined && { program: (parent === undefined ? process : `${parent} → ${process}`).toLowerCase() }),
  ...(kind === 'connection' && destination !== undefined && { destination: destination.toLowerCase() }),
  // Who fails to sign in may not exist.
  ...(kind === 'logon' && user !== undefined && { user: user.toLowerCase() }),
})
