// Weeks of devices from a seed: workstations, laptops, servers, build servers and kiosks, with what is harmless and looks odd (updates,
// holidays, new software, a new role), and with attacks that are planted in the last week.
import { type Random, randomOf } from '../random.ts'
import type { CountName, DeviceEvent } from '../../shared/ai/behaviour/device-event.ts'
import { hourMs } from '../../shared/ai/behaviour/hour-class.ts'
import { type Attack, attackAt, plannedAttacks } from './attacks.ts'
import { gammaPoisson, logNormal } from './draws.ts'

export const deviceKinds = ['workstation', 'laptop', 'server', 'build server', 'kiosk'] as const
export type DeviceKind = (typeof deviceKinds)[number]

export type DeviceHour = {
  /** Since 1970, in UTC. */
  readonly hour: number
  readonly events: readonly DeviceEvent[]
  readonly attack: Attack | undefined
}

export type StreamOptions = {
  readonly seed: number
  readonly kind: DeviceKind
  /** Before the week that is judged. */
  readonly historyDays: number
}

/** Monday, 5 January 2026, 00:00 UTC. */
const firstHour = Date.UTC(2026, 0, 5) / hourMs

type Profile = {
  /** On average in an hour of work. */
  readonly busy: Readonly<Record<CountName, number>>
  /** Of that, at night and on weekends. */
  readonly quietShare: number
  /** How unevenly: the variance has this much of the square of the mean. */
  readonly uneven: number
  readonly programs: number
  readonly destinations: number
  readonly users: number
  /** New programs an hour. */
  readonly newPrograms: number
}

const profiles: Readonly<Record<DeviceKind, Profile>> = {
  workstation: {
    busy: { logons: 2, failures: 0.15, processes: 30, connections: 45, megabytes: 20, adminActions: 0.03 },
    quietShare: 0.05,
    uneven: 0.4,
    programs: 60,
    destinations: 60,
    users: 2,
    newPrograms: 0.01,
  },
  laptop: {
    busy: { logons: 3, failures: 0.3, processes: 25, connections: 50, megabytes: 30, adminActions: 0.02 },
    quietShare: 0,
    uneven: 0.6,
    programs: 70,
    destinations: 90,
    users: 1,
    newPrograms: 0.02,
  },
  server: {
    busy: { logons: 25, failures: 0.8, processes: 20, connections: 60, megabytes: 60, adminActions: 0.2 },
    quietShare: 0.5,
    uneven: 0.3,
    programs: 40,
    destinations: 30,
    users: 12,
    newPrograms: 0.005,
  },
  'build server': {
    busy: { logons: 6, failures: 0.2, processes: 110, connections: 50, megabytes: 120, adminActions: 0.1 },
    quietShare: 0.25,
    uneven: 0.6,
    programs: 120,
    destinations: 40,
    users: 6,
    newPrograms: 2,
  },
  kiosk: {
    busy: { logons: 0.3, failures: 0.02, processes: 3, connections: 8, megabytes: 1, adminActions: 0 },
    quietShare: 0.7,
    uneven: 0.2,
    programs: 12,
    destinations: 8,
    users: 1,
    newPrograms: 0,
  },
}

/** How busy each hour of a working day is. */
const ofDay = [0, 0, 0, 0, 0, 0, 0.1, 0.4, 0.8, 1.1, 1.2, 1, 0.6, 0.9, 1.2, 1.1, 0.9, 0.6, 0.2, 0.1, 0, 0, 0, 0]

export function* deviceStream({ seed, kind, historyDays }: StreamOptions): Generator<DeviceHour> {
  const random = randomOf(seed)
  const own = 0.6 + random.between(0, 80) / 100
  const life = lifeOf(random, kind, historyDays)
  const hours = (historyDays + 7) * 24
  const attacks = plannedAttacks(random, hours - 168, hours)
  const tools = { random, kind, profile: profiles[kind], own }
  for (let index = 0; index < hours; index += 1) {
    const share = shareOf(tools.profile, index + life.shift(index))
    const planned = attacks.get(index)
    if (life.isAway(index) || (kind === 'laptop' && share === 0)) continue
    const events = [...usualEvents(tools, index, share * life.factor(index)), ...life.odd(index)]
    const attack = planned === undefined ? undefined : attackAt(random, planned, meansOf(tools, share))
    yield {
      hour: firstHour + index,
      events: (attack ? [...events, ...attack.events(timeIn(random, index))] : events).toSorted((a, b) => a.at - b.at),
      attack,
    }
  }
}

const shareOf = ({ quietShare }: Profile, index: number): number => {
  const weekday = Math.floor(index / 24) % 7
  const busy = weekday >= 5 ? 0 : (ofDay[((index % 24) + 24) % 24] ?? 0)
  return quietShare + (1 - quietShare) * busy
}

type Tools = { readonly random: Random; readonly kind: DeviceKind; readonly profile: Profile; readonly own: number }

const meansOf = ({ profile, own }: Tools, share: number): Readonly<Record<CountName, number>> =>
  Object.fromEntries(Object.entries(profile.busy).map(([name, mean]) => [name, mean * own * share])) as never

const timeIn =
  (random: Random, index: number): (() => number) =>
  () =>
    (firstHour + index) * hourMs + random.between(0, hourMs - 1)

const usualEvents = (tools: Tools, index: number, share: number): readonly DeviceEvent[] => {
  const { random, kind, profile } = tools
  const means = meansOf(tools, share)
  const at = timeIn(random, index)
  const many = <Made>(name: CountName, make: () => Made): Made[] =>
    Array.from({ length: gammaPoisson(random, means[name], profile.uneven) }, make)
  /** Few are used most of the time. */
  const rank = (most: number): number => Math.floor(most * (random.between(0, 9_999) / 10_000) ** 2)
  const isBackup = kind === 'server' && index % 24 === 2
  const bytes =
    logNormal(random, 0.8) * (1e6 * (means.megabytes / Math.max(means.connections, 1))) * (isBackup ? 40 : 1)
  const news = gammaPoisson(random, profile.newPrograms * share, 0.5)
  return [
    { at: at(), kind: 'heartbeat' },
    ...many('logons', () => ({ at: at(), kind: 'logon' as const, user: `user-${rank(profile.users)}` })),
    ...many('failures', () => ({ at: at(), kind: 'logon_failure' as const, user: `user-${rank(profile.users)}` })),
    ...many('processes', () => ({
      at: at(),
      kind: 'process_start' as const,
      process: `program-${rank(profile.programs)}.exe`,
      parent: 'explorer.exe',
    })),
    ...many('connections', () => ({
      at: at(),
      kind: 'connection' as const,
      destination: `as-${rank(profile.destinations)}`,
      bytesSent: Math.round(bytes * logNormal(random, 0.8)),
    })),
    ...many('adminActions', () => ({ at: at(), kind: 'admin_action' as const })),
    ...Array.from({ length: news }, (_, number) => ({
      at: at(),
      kind: 'process_start' as const,
      process: `step-${index}-${number}.exe`,
      parent: 'agent.exe',
    })),
  ]
}

/** What is harmless and looks odd. */
const lifeOf = (random: Random, kind: DeviceKind, historyDays: number) => {
  const day = (): number => random.between(3, historyDays + 6)
  const holidayFrom = random.chance(0.2) && kind !== 'server' ? day() : Infinity
  const travelFrom = kind === 'laptop' && random.chance(0.2) ? day() : Infinity
  const roleFrom = random.chance(0.1) ? day() : Infinity
  const softwareAt = random.chance(0.5) ? day() * 24 + 10 : Infinity
  const isWithin = (index: number, from: number, days: number): boolean =>
    index >= from * 24 && index < (from + days) * 24
  // The second and the fourth Tuesday of the weeks that are told.
  const isUpdate = (index: number): boolean => index % (14 * 24) === 8 * 24 + 10
  const installed = (index: number, count: number, word: string): readonly DeviceEvent[] =>
    Array.from({ length: count }, (_, number) => ({
      at: timeIn(random, index)(),
      kind: 'process_start' as const,
      process: `${word}-${index}-${number}.exe`,
      parent: 'installer.exe',
    }))
  return {
    isAway: (index: number) => isWithin(index, holidayFrom, 4),
    shift: (index: number) => (isWithin(index, travelFrom, 5) ? 6 : 0),
    factor: (index: number) => (index >= roleFrom * 24 ? 1.4 : 1),
    odd: (index: number) => [
      ...(isUpdate(index) ? installed(index, 15, 'update') : []),
      ...(index === softwareAt ? installed(index, 6, 'setup') : []),
    ],
  }
}
