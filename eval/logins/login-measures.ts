// How many journeys that cannot have been are found, and how often a login is called one that only came out elsewhere, or took its time.
import { anomaliesOf } from '../../functions/hub/login-anomalies/anomalies.ts'
import { type Login, tellsPlace } from '../../functions/hub/login-anomalies/login.ts'
import { type LoginHistory, emptyHistory, withLogin } from '../../functions/hub/login-anomalies/login-history.ts'
import type { Measure } from '../measure.ts'
import { type Part, parts } from '../part.ts'
import { randomOf } from '../random.ts'
import { type Person, hourOf, impossibleAfter, personOf } from './people.ts'

const feature = 'unusual-logins'
const peopleMax = 200
const days = 60
const pairsEach = 5

/** By what Hub tells of a login: its order, country and kind of network. */
export const measureLogins = (part: Part, max: number): readonly Measure[] => {
  const counts = {
    pairs: 0,
    found: 0,
    pairsVisited: 0,
    foundVisited: 0,
    hidden: 0,
    hiddenFlagged: 0,
    arrivals: 0,
    arrivalsFlagged: 0,
    others: 0,
    othersFlagged: 0,
  }
  for (let index = 0; index < Math.min(max, peopleMax); index += 1) {
    const seed = index * parts.length + parts.indexOf(part) + 1
    const person = personOf(seed, days)
    const history = taken(person.logins)
    const found = anomaliesOf(history, hourOf)
    for (const login of history.logins) {
      const kinds = (found.get(login.id) ?? []).map(({ kind }) => kind)
      const kind = !tellsPlace(login) ? 'hidden' : person.arrivals.has(login.id) ? 'arrivals' : 'others'
      counts[kind] += 1
      if (kind === 'arrivals' ? kinds.includes('impossible_travel') : kinds.length > 0) counts[`${kind}Flagged`] += 1
    }
    const toNew = travelled(person, history, { seed, isVisited: false })
    const toVisited = travelled(person, history, { seed, isVisited: true })
    counts.pairs += toNew.pairs
    counts.found += toNew.found
    counts.pairsVisited += toVisited.pairs
    counts.foundVisited += toVisited.found
  }
  return [
    { feature, name: 'impossible travel found', right: counts.found, of: counts.pairs, bar: 1 },
    {
      feature,
      name: 'impossible travel found, to where they have been',
      right: counts.foundVisited,
      of: counts.pairsVisited,
    },
    { feature, name: 'logins over VPNs and carriers flagged', right: counts.hiddenFlagged, of: counts.hidden, most: 0 },
    {
      feature,
      name: 'journeys that took their time flagged as impossible',
      right: counts.arrivalsFlagged,
      of: counts.arrivals,
      most: 0,
    },
    { feature, name: 'other harmless logins flagged', right: counts.othersFlagged, of: counts.others },
  ]
}

const travelled = (
  person: Person,
  history: LoginHistory,
  { seed, isVisited }: { readonly seed: number; readonly isVisited: boolean },
): { readonly pairs: number; readonly found: number } => {
  const random = randomOf(seed)
  let [pairs, found] = [0, 0]
  for (let index = 0; index < pairsEach; index += 1) {
    const pair = impossibleAfter(random, person, { index, isVisited })
    if (!pair) continue
    pairs += 1
    const kinds = anomaliesOf(taken(pair, history), hourOf).get(pair[1].id) ?? []
    if (kinds.some(({ kind }) => kind === 'impossible_travel')) found += 1
  }
  return { pairs, found }
}

const taken = (logins: readonly Login[], before: LoginHistory = emptyHistory()): LoginHistory =>
  logins.reduce((history, login) => {
    const next = withLogin(history, login, hourOf)
    if (typeof next === 'string') throw new Error(`The login ${login.id} was ${next}.`)
    return next
  }, before)
