// Attacks that are planted in a week of a device.
import type { Random } from '../random.ts'
import type { CountName, DeviceEvent } from '../../shared/ai/behaviour/device-event.ts'

export const attackKinds = ['burst', 'guessed password', 'new tools', 'data sent out', 'foreign logon'] as const
export type AttackKind = (typeof attackKinds)[number]

export type Attack = {
  readonly kind: AttackKind
  /** @param at a time in the hour, another one for each call */
  readonly events: (at: () => number) => readonly DeviceEvent[]
}

/** One hour in a hundred, and half of them bursts. */
const hoursShare = 0.01

export const plannedAttacks = (random: Random, from: number, to: number): ReadonlyMap<number, AttackKind> => {
  const planned = new Map<number, AttackKind>()
  for (let index = from; index < to; index += 1)
    if (random.chance(hoursShare))
      planned.set(index, random.chance(0.5) ? 'burst' : random.pick(attackKinds.filter((kind) => kind !== 'burst')))
  return planned
}

/** Fewer are no burst, whatever is usual. */
const burstLeast = 30
const burstFactor = 8

/** @param means of the hour in which it is */
export const attackAt = (random: Random, kind: AttackKind, means: Readonly<Record<CountName, number>>): Attack => {
  const name = random.between(1, 1_000_000)
  switch (kind) {
    case 'burst': {
      const count = random.pick(['logons', 'failures', 'processes', 'connections', 'adminActions'] as const)
      const size = Math.max(burstLeast, Math.round(burstFactor * means[count]))
      return { kind, events: (at) => times(size, () => eventOf(count, at())) }
    }
    case 'guessed password':
      return { kind, events: (at) => times(random.between(25, 80), () => eventOf('failures', at())) }
    case 'new tools':
      return {
        kind,
        events: (at) => [
          ...times(random.between(4, 8), (index) => program(at(), `tool-${name}-${index}.exe`)),
          ...times(random.between(2, 4), (index) => connection(at(), `c2-${name}-${index}`, 10_000)),
          ...times(random.between(5, 9), () => eventOf('adminActions', at())),
        ],
      }
    case 'data sent out':
      return {
        kind,
        events: (at) => {
          const bytes = 1e6 * Math.max(2_000, 30 * means.megabytes)
          return times(20, () => connection(at(), `drop-${name}`, bytes / 20))
        },
      }
    case 'foreign logon':
      return {
        kind,
        events: (at) => [
          ...times(random.between(6, 12), () => ({ at: at(), kind: 'logon' as const, user: `intruder-${name}` })),
          ...times(3, (index) => program(at(), `remote-${name}-${index}.exe`)),
          ...times(random.between(4, 7), () => eventOf('adminActions', at())),
        ],
      }
  }
}

const times = <Made>(length: number, make: (index: number) => Made): Made[] =>
  Array.from({ length }, (_, index) => make(index))

const program = (at: number, process: string): DeviceEvent => ({
  at,
  kind: 'process_start',
  process,
  parent: 'cmd.exe',
})

const connection = (at: number, destination: string, bytesSent: number): DeviceEvent => ({
  at,
  kind: 'connection',
  destination,
  bytesSent: Math.round(bytesSent),
})

/** With nothing new in it: a burst has to be found by how many there are. */
const eventOf = (name: CountName, at: number): DeviceEvent => {
  switch (name) {
    case 'logons':
      return { at, kind: 'logon', user: 'user-0' }
    case 'failures':
      return { at, kind: 'logon_failure', user: 'user-0' }
    case 'processes':
      return { at, kind: 'process_start', process: 'program-0.exe', parent: 'explorer.exe' }
    case 'adminActions':
      return { at, kind: 'admin_action' }
    case 'connections':
    case 'megabytes':
      return { at, kind: 'connection', destination: 'as-0', bytesSent: 1_000 }
  }
}
