// Weeks of logins of people from a seed: at a desk and at home, over the networks of carriers and VPNs that come out anywhere, and on trips.
import type { Login, Network } from '../../functions/hub/login-anomalies/login.ts'
import { type Random, randomOf } from '../random.ts'

export const minuteMs = 60_000
const hourMs = 60 * minuteMs
export const dayMs = 24 * hourMs

const countries = ['DE', 'AT', 'CH', 'FR', 'GB', 'US', 'BR', 'JP', 'AU', 'ZA', 'IN', 'SG'] as const
const hidden = ['mobile', 'vpn', 'hosting'] as const satisfies readonly Network[]
const from = Date.UTC(2026, 0, 5)

export type Person = {
  readonly home: string
  /** In the order of their times, for `days` days. */
  readonly logins: readonly Login[]
  /** Ids of the first logins abroad after a journey that took its time. */
  readonly arrivals: ReadonlySet<string>
  /** Where they have been, but for home. */
  readonly visited: ReadonlySet<string>
  /** When the last day is over. */
  readonly end: number
}

export const hourOf = (at: number): number => Math.floor(at / hourMs) % 24

export const personOf = (seed: number, days: number): Person => {
  const random = randomOf(seed)
  const home = random.pick(countries)
  const logins: Login[] = []
  const [arrivals, visited] = [new Set<string>(), new Set<string>()]
  const begins = random.between(6, 10)
  let abroadUntil = 0
  let place: string = home
  for (let day = 0; day < days; day += 1) {
    const midnight = from + day * dayMs
    if (day >= abroadUntil) place = home
    const leaves = day > 14 && place === home && random.chance(0.05)
    for (let count = random.between(1, 5); count > 0; count -= 1)
      logins.push(
        loginOf(
          random,
          `${seed}-${day}-${count}`,
          midnight + random.between(begins * 60, begins * 60 + 420) * minuteMs,
          place,
        ),
      )
    if (!leaves) continue
    // Away in the evening, there the next morning at the earliest.
    place = random.pick(countries.filter((country) => country !== home))
    abroadUntil = day + random.between(2, 5)
    const arrival = loginAt(`${seed}-${day}-arrival`, midnight + (begins + 14) * hourMs, {
      country: place,
      network: 'other',
    })
    logins.push(arrival)
    arrivals.add(arrival.id)
    visited.add(place)
  }
  return { home, logins: logins.toSorted((a, b) => a.at - b.at), arrivals, visited, end: from + days * dayMs }
}

/** Of every three logins one comes over a network that says nothing of the place. */
const loginOf = (random: Random, id: string, at: number, place: string): Login =>
  random.chance(1 / 3)
    ? loginAt(id, at, { country: random.pick(countries), network: random.pick(hidden) })
    : loginAt(id, at, { country: place, network: 'other' })

const loginAt = (id: string, at: number, given: Pick<Login, 'country' | 'network'>): Login => ({
  id,
  at,
  isSuccess: true,
  device: given.network === 'mobile' ? 'phone' : 'laptop',
  ...given,
})

/** Less than an hour after the last login at home, from a country where nobody can be by then. */
export const impossibleAfter = (
  random: Random,
  { home, end, visited }: Person,
  { index, isVisited }: { readonly index: number; readonly isVisited: boolean },
): readonly [Login, Login] | undefined => {
  const places = countries.filter((one) => one !== home && visited.has(one) === isVisited)
  if (places.length === 0) return undefined
  const first = loginAt(`first-${index}`, end + 9 * hourMs, { country: home, network: 'other' })
  const country = random.pick(places)
  return [first, loginAt(`second-${index}`, first.at + random.between(1, 59) * minuteMs, { country, network: 'other' })]
}
