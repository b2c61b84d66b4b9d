// Why an hour of a device is unusual, in words for a technician.
import type { CountName, FamilyName } from './device-event.ts'
import { type LocalHour, clockOf } from './hour-class.ts'
import type { Finding } from './judgement.ts'

const counted: Readonly<Record<CountName, readonly [one: string, many: string]>> = {
  logons: ['logon', 'logons'],
  failures: ['failed logon', 'failed logons'],
  processes: ['program start', 'program starts'],
  connections: ['connection', 'connections'],
  megabytes: ['megabyte sent', 'megabytes sent'],
  adminActions: ['administrative action', 'administrative actions'],
}

const fresh: Readonly<Record<FamilyName, readonly [one: string, many: string]>> = {
  program: ['program that had not run', 'programs that had not run'],
  destination: ['destination that had not been reached', 'destinations that had not been reached'],
  user: ['user who had not signed in', 'users who had not signed in'],
}

/** @param timeZone the one in which the hour is told */
export const reasonText = (finding: Finding, local: LocalHour, timeZone: string): string => {
  const { name, observed, usualMost } = finding
  const clock = `${clockOf(local)} (${timeZone})`
  if (isFamily(name)) {
    const like = finding.example === undefined ? '' : `, such as ${finding.example}`
    return `${worded(observed, fresh[name])} on this device in 30 days${like}, from ${clock}. Usual in an hour: ${upTo(usualMost)}.`
  }
  return `${worded(observed, counted[name])} from ${clock}. Usual for this device at this time: ${upTo(usualMost)}.`
}

const isFamily = (name: Finding['name']): name is FamilyName => Object.hasOwn(fresh, name)

const worded = (count: number, [one, many]: readonly [string, string]): string => `${count} ${count === 1 ? one : many}`

const upTo = (most: number): string => (most === 0 ? 'none' : `up to ${most}`)
