// What is unusual about each of the latest logins of a person. It follows from the logins alone, in the order of their times: whoever comes late
// is put in its place, and what was said of those after it is said anew.
import { type Anomaly, type Login, tellsPlace } from './login.ts'
import { type LoginHistory, type Sightings, isSeen, knownDays, withSeen } from './login-history.ts'

/** Nothing is new about somebody of whom little is known: the earlier of ten logins and fourteen days. */
const learnedFrom = { successes: 10, days: 14 } as const
const dayMs = 86_400_000

const burst = { failures: 10, minutes: 10 } as const
/** Between countries, of which nobody knows how far apart they are: less than any flight with its ways to the airport. */
const travelMinutes = 60
/** On so many days: then a country is one of those in which the person is. */
const usualDays = 3
const hours = { successes: 30, around: 2 } as const

type Known = {
  firstAt: number | null
  successes: number
  countries: Sightings
  devices: Sightings
  hours: number[]
  failures: number[]
  lastBurst: number
  lastPlace: { readonly country: string; readonly at: number } | undefined
}

/** For each of the single logins, by its id. @param hourOf the hour of the day that the clocks of the organization show */
export const anomaliesOf = (
  history: LoginHistory,
  hourOf: (at: number) => number,
): ReadonlyMap<string, readonly Anomaly[]> => {
  const { firstAt, successes, countries, devices } = history
  const known: Known = {
    firstAt,
    successes,
    countries,
    devices,
    hours: [...history.hours],
    failures: [],
    lastBurst: -Infinity,
    lastPlace: undefined,
  }
  const found = new Map<string, readonly Anomaly[]>()
  for (const login of history.logins) {
    const hour = hourOf(login.at)
    found.set(login.id, login.isSuccess ? successAnomalies(known, login, hour) : failureAnomalies(known, login))
    if (login.isSuccess) takeIn(known, login, hour)
  }
  return found
}

const failureAnomalies = (known: Known, { at }: Login): readonly Anomaly[] => {
  const count = recentFailures(known, at, at)
  if (count < burst.failures || at - known.lastBurst < burst.minutes * 60_000) return []
  known.lastBurst = at
  return [{ kind: 'burst', text: `${count} failed logins within ${burst.minutes} minutes.` }]
}

/** @param added one that happens now */
const recentFailures = (known: Known, at: number, added?: number): number => {
  const since = at - burst.minutes * 60_000
  known.failures = [...known.failures.filter((time) => time > since), ...(added === undefined ? [] : [added])]
  return known.failures.length
}

const successAnomalies = (known: Known, login: Login, hour: number): readonly Anomaly[] => {
  const failures = recentFailures(known, login.at)
  const found: Anomaly[] = []
  if (failures >= burst.failures)
    found.push({ kind: 'burst', text: `Signed in after ${failures} failed logins within ${burst.minutes} minutes.` })
  if (!isLearned(known, login.at)) return found
  const { country, device, at } = login
  if (country !== undefined && tellsPlace(login)) {
    if (!isSeen(known.countries, country, at))
      found.push({ kind: 'new_country', text: `First login from ${country} in ${knownDays} days${sourceText(login)}.` })
    found.push(...travel(known, login, country))
  }
  if (device !== undefined && !isSeen(known.devices, device, at))
    found.push({ kind: 'new_device', text: `First login on this device in ${knownDays} days.` })
  if (isUnusualHour(known, hour))
    found.push({
      kind: 'unusual_hour',
      text: `Signed in between ${clock(hour)} and ${clock(hour + 1)}; none of ${known.successes} logins before was within ${hours.around} hours of that.`,
    })
  return found
}

const isLearned = ({ successes, firstAt }: Known, at: number): boolean =>
  successes >= learnedFrom.successes || (firstAt !== null && at - firstAt >= learnedFrom.days * dayMs)

const sourceText = ({ isLookedUp }: Login): string =>
  isLookedUp === true ? ', by a table of addresses, which knows no VPNs' : ''

/** A place that was looked up is none to or from which anybody travelled: it may be where a VPN ends. */
const travel = ({ lastPlace, countries }: Known, { at, isLookedUp }: Login, country: string): readonly Anomaly[] => {
  if (isLookedUp === true || !lastPlace || lastPlace.country === country) return []
  const minutes = Math.round((at - lastPlace.at) / 60_000)
  const isUsual = (Object.hasOwn(countries, country) ? (countries[country]?.days ?? 0) : 0) >= usualDays
  if (minutes >= travelMinutes || isUsual) return []
  return [
    {
      kind: 'impossible_travel',
      text: `Signed in from ${country} ${minutes} minutes after ${lastPlace.country}. How far apart the two places are is not known.`,
    },
  ]
}

const isUnusualHour = ({ successes, hours: counts }: Known, hour: number): boolean => {
  if (successes < hours.successes) return false
  for (let step = -hours.around; step <= hours.around; step += 1)
    if ((counts[(hour + step + 24) % 24] ?? 0) > 0) return false
  return true
}

const clock = (hour: number): string => `${String(hour % 24).padStart(2, '0')}:00`

const takeIn = (known: Known, login: Login, hour: number): void => {
  const { at, country, device } = login
  known.firstAt ??= at
  known.successes += 1
  known.hours[hour] = (known.hours[hour] ?? 0) + 1
  if (device !== undefined) known.devices = withSeen(known.devices, device, at)
  if (country === undefined || !tellsPlace(login)) return
  known.countries = withSeen(known.countries, country, at)
  if (login.isLookedUp !== true) known.lastPlace = { country, at }
}
