// What is known of the logins of one person: the latest one by one, and what came before them summed up. Its size has a bound.
import * as z from 'zod'
import { type Login, networks, tellsPlace } from './login.ts'

/** Single ones that are kept, and for how long: a login that comes later than that changes nothing any more. */
export const loginsMax = 120
const singleDays = 30
const dayMs = 86_400_000

/** What was not seen for so long counts as new. */
export const knownDays = 90
const devicesMax = 40
const countriesMax = 60

const Told = z.strictObject({
  id: z.string(),
  at: z.number(),
  isSuccess: z.boolean(),
  country: z.string().optional(),
  isLookedUp: z.boolean().optional(),
  device: z.string().optional(),
  network: z.enum(networks).optional(),
  /** The kinds of anomalies that Defend was last told of it. */
  told: z.array(z.string()),
})

/** Last seen, in milliseconds since 1970, and on how many days. */
const Seen = z.record(z.string(), z.strictObject({ last: z.number(), days: z.number() }))

export const LoginHistory = z.strictObject({
  /** In the order of their times; of equal ones in that of their ids. */
  logins: z.array(Told).max(loginsMax),
  /** Everything up to this time is in the sums, or was too late. */
  summedUntil: z.number(),
  firstAt: z.number().nullable(),
  successes: z.int().min(0),
  countries: Seen,
  devices: Seen,
  /** Successes by hour of the day. */
  hours: z.array(z.int().min(0)).length(24),
  /** Grows with each login. */
  revision: z.int().min(0),
})
export type LoginHistory = z.infer<typeof LoginHistory>
export type KeptLogin = LoginHistory['logins'][number]

export const emptyHistory = (): LoginHistory => ({
  logins: [],
  summedUntil: 0,
  firstAt: null,
  successes: 0,
  countries: {},
  devices: {},
  hours: Array.from({ length: 24 }, () => 0),
  revision: 0,
})

/**
 * With the login in its place. The same whatever the order in which logins come, unless one comes after its time was summed up.
 * @returns `known` when it has this login; `late` when its time is summed up
 */
export const withLogin = (
  history: LoginHistory,
  login: Login,
  hourOf: (at: number) => number,
): LoginHistory | 'known' | 'late' => {
  if (history.logins.some(({ id }) => id === login.id)) return 'known'
  if (login.at <= history.summedUntil) return 'late'
  const logins = [...history.logins, { ...login, told: [] }].toSorted(byTime)
  return summedUp({ ...history, logins, revision: history.revision + 1 }, hourOf)
}

const byTime = (a: Login, b: Login): number => a.at - b.at || (a.id < b.id ? -1 : 1)

/** The oldest go into the sums when they are too many, or a month older than the latest. */
const summedUp = (history: LoginHistory, hourOf: (at: number) => number): LoginHistory => {
  const { logins } = history
  const before = (logins.at(-1)?.at ?? 0) - singleDays * dayMs
  const spare = Math.max(
    logins.length - loginsMax,
    logins.findIndex(({ at }) => at >= before),
  )
  return logins.slice(0, spare).reduce((sums, login) => addTo(sums, login, hourOf), {
    ...history,
    logins: logins.slice(spare),
  })
}

const addTo = (history: LoginHistory, login: KeptLogin, hourOf: (at: number) => number): LoginHistory => {
  const summed = { ...history, summedUntil: Math.max(history.summedUntil, login.at) }
  if (!login.isSuccess) return summed
  const { country, device, at } = login
  return {
    ...summed,
    firstAt: history.firstAt ?? at,
    successes: history.successes + 1,
    countries:
      country !== undefined && tellsPlace(login)
        ? withSeen(history.countries, country, at, countriesMax)
        : history.countries,
    devices: device === undefined ? history.devices : withSeen(history.devices, device, at, devicesMax),
    hours: history.hours.map((count, hour) => (hour === hourOf(at) ? count + 1 : count)),
  }
}

export type Sightings = LoginHistory['countries']

/** The longest unseen goes when there are too many. */
export const withSeen = (seen: Sightings, name: string, at: number, most: number = Infinity): Sightings => {
  const before = Object.hasOwn(seen, name) ? seen[name] : undefined
  const isNewDay = !before || Math.floor(at / dayMs) !== Math.floor(before.last / dayMs)
  const next = { ...seen, [name]: { last: at, days: (before?.days ?? 0) + (isNewDay ? 1 : 0) } }
  const names = Object.keys(next)
  if (names.length <= most) return next
  const oldest = names.reduce((one, other) => ((next[one]?.last ?? 0) <= (next[other]?.last ?? 0) ? one : other))
  return Object.fromEntries(Object.entries(next).filter(([other]) => other !== oldest))
}

export const isSeen = (seen: Sightings, name: string, at: number): boolean =>
  Object.hasOwn(seen, name) && at - (seen[name]?.last ?? 0) <= knownDays * dayMs
