// What is unusual about logins follows from the logins alone, in whatever order they came.
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { anomaliesOf } from '../../../../functions/hub/login-anomalies/anomalies.ts'
import type { Login } from '../../../../functions/hub/login-anomalies/login.ts'
import {
  type LoginHistory,
  emptyHistory,
  loginsMax,
  withLogin,
} from '../../../../functions/hub/login-anomalies/login-history.ts'

const minute = 60_000
const hour = 60 * minute
const day = 24 * hour
const start = Date.UTC(2026, 0, 5)
const hourOf = (at: number): number => Math.floor(at / hour) % 24

let ids = 0
const login = (at: number, given: Partial<Login> = {}): Login => ({
  id: `l-${String((ids += 1)).padStart(6, '0')}`,
  at,
  isSuccess: true,
  country: 'DE',
  device: 'laptop',
  network: 'other',
  ...given,
})
const failure = (at: number): Login => login(at, { isSuccess: false })

const taken = (logins: readonly Login[], before: LoginHistory = emptyHistory()): LoginHistory =>
  logins.reduce((history, one) => {
    const next = withLogin(history, one, hourOf)
    if (typeof next === 'string') throw new Error(`A login was ${next}.`)
    return next
  }, before)

/** A login each morning at nine. */
const mornings = (days: number): Login[] =>
  Array.from({ length: days }, (_, index) => login(start + index * day + 9 * hour))
const evening = start + 40 * day + 9 * hour

const kindsOf = (history: LoginHistory, { id }: Login): readonly string[] =>
  (anomaliesOf(history, hourOf).get(id) ?? []).map(({ kind }) => kind)
/** Of the last one. */
const judged = (...last: readonly Login[]): readonly string[] => {
  const history = taken([...mornings(40), ...last])
  const one = last.at(-1)
  return one ? kindsOf(history, one) : []
}

describe('a login', () => {
  it('as any other is nothing unusual', () => {
    expect(judged(login(evening))).toEqual([])
  })

  it('from a country that was not seen in 90 days is, and says so', () => {
    const abroad = login(evening, { country: 'BR' })
    expect(judged(abroad)).toEqual(['new_country'])
    expect(anomaliesOf(taken([...mornings(40), abroad]), hourOf).get(abroad.id)).toEqual([
      { kind: 'new_country', text: 'First login from BR in 90 days.' },
    ])
    expect(judged(login(evening - day, { country: 'BR' }), login(evening, { country: 'BR' }))).toEqual([])
  })

  it('from a country or device of long ago is new again', () => {
    const history = taken([...mornings(20), login(start + 20 * day, { country: 'FR', device: 'old' })])
    const later = Array.from({ length: 30 }, (_, index) => login(start + (84 + index) * day + 9 * hour))
    const back = login(start + 120 * day + 9 * hour, { country: 'FR', device: 'old' })
    expect(kindsOf(taken([...later, back], history), back)).toEqual(['new_country', 'new_device'])
  })

  it('from a country that was looked up is new, but nobody has travelled by it', () => {
    const lookedUp = login(evening + 40 * minute, { country: 'BR', isLookedUp: true, network: undefined })
    const history = taken([...mornings(40), login(evening), lookedUp, login(evening + 50 * minute)])
    expect(anomaliesOf(history, hourOf).get(lookedUp.id)).toEqual([
      { kind: 'new_country', text: 'First login from BR in 90 days, by a table of addresses, which knows no VPNs.' },
    ])
    expect(judged(lookedUp, login(evening + 50 * minute))).toEqual([])
  })

  it('on another device is', () => {
    expect(judged(login(evening, { device: 'phone' }))).toEqual(['new_device'])
  })

  it('through a VPN makes no country known, also once it is summed up', () => {
    const history = taken([login(start, { country: 'BR', network: 'vpn' }), ...mornings(40)])
    expect(history.countries).toEqual({ DE: expect.anything() })
    const abroad = login(evening, { country: 'BR' })
    expect(kindsOf(taken([abroad], history), abroad)).toEqual(['new_country'])
  })

  it('from two countries within an hour cannot be, unless the later one is usual', () => {
    const abroad = (at: number) => login(at, { country: 'BR' })
    expect(judged(login(evening), abroad(evening + 40 * minute))).toEqual(['new_country', 'impossible_travel'])
    expect(judged(login(evening), abroad(evening + 90 * minute))).toEqual(['new_country'])
    expect(judged(abroad(evening), login(evening + 40 * minute))).toEqual([])
    // Several logins of one day make no country usual.
    const often = [0, 1, 2, 3].map((hours) => abroad(evening + hours * hour))
    const home = login(evening + 4 * hour)
    expect(judged(...often, home, abroad(evening + 4 * hour + 40 * minute))).toEqual(['impossible_travel'])
  })

  it.each(['mobile', 'vpn', 'hosting'] as const)('over a %s network tells no place', (network) => {
    expect(judged(login(evening), login(evening + 5 * minute, { country: 'BR', network }))).toEqual([])
    // Neither does it make the place known, nor is it where somebody travels from.
    expect(
      judged(login(evening, { country: 'BR', network }), login(evening + 5 * minute, { country: 'BR' })),
    ).toContain('new_country')
    const through = login(evening + 2 * minute, { country: 'SG', network })
    expect(judged(login(evening), through, login(evening + 5 * minute))).toEqual([])
  })

  it('finds each of a thousand pairs that cannot be, and none behind VPNs and carriers', () => {
    const places = ['US', 'BR', 'JP', 'AU', 'ZA', 'IN', 'KR', 'CL', 'NG', 'MX'] as const
    let [found, wrong] = [0, 0]
    const known = taken(mornings(40))
    for (let pair = 0; pair < 1_000; pair += 1) {
      const country = places[pair % places.length] ?? 'US'
      const second = login(evening + (1 + (pair % 59)) * minute, { country })
      const first = login(evening)
      if (kindsOf(taken([first, second], known), second).includes('impossible_travel')) found += 1
      const hidden = { ...second, network: (['vpn', 'mobile', 'hosting'] as const)[pair % 3] }
      wrong += kindsOf(taken([first, hidden], known), hidden).length
    }
    expect([found, wrong]).toEqual([1_000, 0])
  })

  it('at an hour far from all others is', () => {
    expect(judged(login(evening + 18 * hour))).toEqual(['unusual_hour'])
    expect(judged(login(evening + 2 * hour))).toEqual([])
    // Hours go on past midnight.
    const nights = Array.from({ length: 40 }, (_, index) => login(start + index * day + 23 * hour))
    const kindsAt = (at: number) => {
      const one = login(start + 41 * day + at)
      return kindsOf(taken([...nights, one]), one)
    }
    expect([0, 1, 2].map((hours) => kindsAt(hours * hour))).toEqual([[], [], ['unusual_hour']])
  })

  it('of somebody who is hardly known is nothing unusual', () => {
    const strange = login(start + 5 * day + 3 * hour, { country: 'BR', device: 'phone' })
    expect(kindsOf(taken([...mornings(5), strange]), strange)).toEqual([])
    const tenth = login(start + 10 * day + 3 * hour, { country: 'BR' })
    expect(kindsOf(taken([...mornings(10), tenth]), tenth)).toEqual(['new_country'])
    // Whoever signs in seldom is known after two weeks.
    const seldom = (days: number) => login(start + days * day + 9 * hour, { country: 'BR' })
    const [before, since] = [seldom(13), seldom(14)]
    expect(kindsOf(taken([...mornings(3), before]), before)).toEqual([])
    expect(kindsOf(taken([...mornings(3), since]), since)).toEqual(['new_country'])
  })
})

describe('failed logins', () => {
  it('make no country and no device known, also once they are summed up', () => {
    const attempts = Array.from({ length: 3 }, (_, index) => ({
      ...failure(start + index * hour),
      country: 'BR',
      device: 'x',
    }))
    const history = taken([...attempts, ...mornings(40)])
    expect(history.logins.some(({ isSuccess }) => !isSuccess)).toBe(false)
    const abroad = login(evening, { country: 'BR', device: 'x' })
    expect(kindsOf(taken([abroad], history), abroad)).toEqual(['new_country', 'new_device'])
  })

  const failures = (count: number, gap: number) =>
    Array.from({ length: count }, (_, index) => failure(evening + index * gap))

  it('are a burst once there are ten within ten minutes, and one burst only', () => {
    const some = failures(25, 10_000)
    const history = taken([...mornings(20), ...some])
    const bursts = some.filter((one) => kindsOf(history, one).includes('burst'))
    expect(bursts).toEqual([some[9]])
    expect(judged(...failures(9, 10_000))).toEqual([])
    expect(judged(...failures(30, 2 * minute))).toEqual([])
  })

  it('before a login make it unusual, also of somebody who is hardly known', () => {
    const after = login(evening + 11 * 10_000)
    expect(kindsOf(taken([...failures(11, 10_000), after]), after)).toEqual(['burst'])
    const later = login(evening + 20 * minute)
    expect(kindsOf(taken([...failures(11, 10_000), later]), later)).toEqual([])
  })
})

describe('the logins of one person', () => {
  const mixed = [
    ...mornings(15),
    login(start + 15 * day, { country: 'FR' }),
    login(start + 15 * day + 20 * minute, { country: 'BR', device: 'phone' }),
    ...Array.from({ length: 12 }, (_, index) => failure(start + 16 * day + index * 5_000)),
    login(start + 16 * day + 2 * minute, { country: 'BR' }),
  ]

  it('come out the same in whatever order they come, repeated ones too', () => {
    const expected = [...anomaliesOf(taken(mixed), hourOf)]
    expect(expected.flatMap(([, anomalies]) => anomalies).length).toBeGreaterThan(4)
    fc.assert(
      fc.property(fc.shuffledSubarray([...mixed, ...mixed], { minLength: 2 * mixed.length }), (shuffled) => {
        let history = emptyHistory()
        for (const one of shuffled) {
          const next = withLogin(history, one, hourOf)
          if (next === 'late') throw new Error('Nothing is late here.')
          if (next !== 'known') history = next
        }
        expect([...anomaliesOf(history, hourOf)]).toEqual(expected)
      }),
      { numRuns: 50 },
    )
  })

  it('are kept in a bounded place, and one from before is late', () => {
    let history = emptyHistory()
    for (let index = 0; index < 2_000; index += 1)
      history = taken(
        [login(start + index * hour, { country: `${'ABCDEFGH'[index % 8]}X`, device: `d-${index}` })],
        history,
      )
    expect(history.logins).toHaveLength(loginsMax)
    expect(JSON.stringify(history).length).toBeLessThan(32_000)
    expect(withLogin(history, login(start), hourOf)).toBe('late')
    const quiet = taken([login(start), login(start + 60 * day)])
    expect(quiet.logins).toHaveLength(1)
  })
})
