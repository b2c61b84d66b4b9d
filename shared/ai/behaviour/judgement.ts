// How unusual an hour of a device is, and why: each count beside what is usual for the device at that hour of the week.
import { type Usual, usualCount, usualNews } from './baseline.ts'
import { type CountName, type FamilyName, counts, families } from './device-event.ts'
import { type DeviceMemory, type Maturity, type OpenHour, countsOf, maturityOf, newsOf } from './device-memory.ts'
import type { LocalHour } from './hour-class.ts'
import { valuesMax } from './known-values.ts'

export type Finding = {
  readonly name: CountName | FamilyName
  readonly observed: number
  /** In an hour like this, on average. */
  readonly expected: number
  /** No more than this in 99 of 100 such hours. */
  readonly usualMost: number
  /** Minus the decimal logarithm of how likely so much is. */
  readonly surprise: number
  readonly example?: string | undefined
}

export type Judgement = {
  readonly maturity: Maturity
  /** 0 to 100; `null` while the device is being learned: a score would be an invention. */
  readonly score: number | null
  readonly isUnusual: boolean
  /** The most surprising first, three at most. */
  readonly findings: readonly Finding[]
}

/** What is less than this is never told, however rare it is on the device. */
const countLeast: Readonly<Record<CountName, number>> = {
  logons: 5,
  failures: 5,
  processes: 15,
  connections: 20,
  megabytes: 50,
  adminActions: 4,
}

/** Each a bound on what one kind of finding can say. New programs come with every update: alone they are not enough. */
const surpriseMost = { count: 12, news: 2.5 } as const
const surpriseLeast = 1.5
const othersShare = 0.2

/** Sums of surprises from which an hour is unusual. The first weeks are judged with more doubt. */
const unusualFrom: Readonly<Record<Exclude<Maturity, 'learning'>, number>> = { provisional: 5, full: 3.7 }
const totalOfFullScore = 12
const findingsMax = 3

export const judge = (memory: DeviceMemory, hour: OpenHour, local: LocalHour): Judgement => {
  const maturity = maturityOf(memory)
  if (maturity === 'learning') return { maturity, score: null, isUnusual: false, findings: [] }
  const found = [...countFindings(memory, hour, local), ...newsFindings(memory, hour, local)]
    .filter(({ surprise }) => surprise >= surpriseLeast)
    .toSorted((a, b) => b.surprise - a.surprise)
  const [first, ...others] = found.map(({ surprise }) => surprise)
  const total = (first ?? 0) + othersShare * others.reduce((sum, surprise) => sum + surprise, 0)
  return {
    maturity,
    score: Math.min(100, Math.round((total / totalOfFullScore) * 100)),
    isUnusual: total >= unusualFrom[maturity],
    findings: found.slice(0, findingsMax),
  }
}

/** An update starts so many new programs once: they are told as new, and not as too many starts as well. */
const newStartsMost = 20

const countFindings = (memory: DeviceMemory, hour: OpenHour, local: LocalHour): readonly Finding[] => {
  const { baseline } = memory
  const observedOf = countsOf(hour)
  const newStarts = Math.min(newStartsMost, newsOf(memory, hour, families.indexOf('program'), local.day).size)
  return counts.flatMap((name, index) => {
    const observed = (observedOf[index] ?? 0) - (name === 'processes' ? newStarts : 0)
    if (observed < countLeast[name]) return []
    const usual = usualCount(baseline, name, local.class)
    return observed <= usual.mean ? [] : [findingOf(name, observed, usual, surpriseMost.count)]
  })
}

const newsFindings = (memory: DeviceMemory, hour: OpenHour, { day }: LocalHour): readonly Finding[] =>
  families.flatMap((name, index) => {
    const news = newsOf(memory, hour, index, day)
    // With that many, those of last week are forgotten already.
    if (news.size === 0 || (memory.known[index]?.size ?? 0) >= valuesMax) return []
    const finding = findingOf(name, news.size, usualNews(memory.baseline, index), surpriseMost.news)
    const example = hour.examples[index]
    return [{ ...finding, ...(example && news.has(example.digest) && { example: example.text }) }]
  })

const findingOf = (name: Finding['name'], observed: number, usual: Usual, most: number): Finding => ({
  name,
  observed,
  expected: Math.round(usual.mean * 10) / 10,
  usualMost: usual.atShare(0.01) - 1,
  surprise: Math.min(most, -Math.log10(Math.max(usual.tail(observed), 1e-300))),
})
