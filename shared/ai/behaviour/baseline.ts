// What is usual for a device: of each count, how often, how much and how unevenly, for each hour of the week; what is older weighs less.
import { type CountFit, leastAt, normalTail, tailOf } from './count-tail.ts'
import { type CountName, counts, families } from './device-event.ts'
import { classCount } from './hour-class.ts'

export type Baseline = {
  /** Hours that were seen, by class. */
  readonly hours: Float64Array
  /** Sums and sums of squares, count by count, in each by class. */
  readonly sums: Float64Array
  readonly squares: Float64Array
  /** Of values that were new, by family; and their squares. They are not told apart by hour. */
  readonly news: Float64Array
  readonly newSquares: Float64Array
}

export const emptyBaseline = (): Baseline => ({
  hours: new Float64Array(classCount),
  sums: new Float64Array(classCount * counts.length),
  squares: new Float64Array(classCount * counts.length),
  news: new Float64Array(families.length),
  newSquares: new Float64Array(families.length),
})

/** What was seen this long ago weighs a third. */
export const memoryDays = 30

export const fade = (baseline: Baseline, days: number): void => {
  const factor = Math.exp(-days / memoryDays)
  for (const numbers of Object.values(baseline))
    for (let at = 0; at < numbers.length; at += 1) numbers[at] = (numbers[at] ?? 0) * factor
}

export type SeenHour = {
  readonly class: number
  readonly counts: readonly number[]
  /** How many values were new, by family. */
  readonly news: readonly number[]
}

/** What goes beyond this share of hours is learned as if it had ended there: no single hour raises what is usual by much. */
const learnedShare = 0.001

/**
 * @param weight 1 for a usual hour
 * @param isCapped false while so little is known that nothing can be called too much
 */
export const learn = (
  baseline: Baseline,
  hour: SeenHour,
  { weight, isCapped }: { readonly weight: number; readonly isCapped: boolean },
): void => {
  const capped = (value: number, usual: () => Usual): number =>
    isCapped && value > 0 ? Math.min(value, usual().atShare(learnedShare)) : value
  // All are capped by what was usual before any of them was learned.
  const seen = counts.map((name, index) =>
    learnedAs(
      name,
      capped(hour.counts[index] ?? 0, () => usualCount(baseline, name, hour.class)),
    ),
  )
  const news = families.map((_, index) => capped(hour.news[index] ?? 0, () => usualNews(baseline, index)))
  add(baseline.hours, hour.class, weight)
  for (const [index, value] of seen.entries()) {
    add(baseline.sums, index * classCount + hour.class, weight * value)
    add(baseline.squares, index * classCount + hour.class, weight * value * value)
  }
  for (const [index, value] of news.entries()) {
    add(baseline.news, index, weight * value)
    add(baseline.newSquares, index, weight * value * value)
  }
}

const add = (numbers: Float64Array, at: number, value: number): void => {
  numbers[at] = (numbers[at] ?? 0) + value
}

/** Amounts of data differ by factors, not by differences: what is learned of them is their logarithm. */
const learnedAs = (name: CountName, value: number): number => (name === 'megabytes' ? Math.log1p(value) : value)

export type Usual = {
  /** In an hour like this. */
  readonly mean: number
  /** How likely it is to have so many or more. */
  readonly tail: (observed: number) => number
  /** About the least that is reached in at most this share of such hours. */
  readonly atShare: (share: number) => number
}

/** As if so many hours had been seen of what the hours beside it and the whole day are like. */
const priorHours = 1.5
/** What was never seen may come all the same. */
const meanLeast = { count: 0.05, news: 0.01 } as const

/** What a count is expected to be in an hour of this class. */
export const usualCount = (baseline: Baseline, name: CountName, hourClass: number): Usual => {
  const from = counts.indexOf(name) * classCount
  const { all, overall, excess, spread, squared } = pooled(baseline, from)
  const hours = (baseline.hours[hourClass] ?? 0) + priorHours
  const sum = baseline.sums[from + hourClass] ?? 0
  const mean = (sum + priorHours * besides(baseline, from, hourClass, overall)) / hours
  if (name === 'megabytes') return logNormal(mean, spread, hours)
  return negativeBinomial(
    Math.max(mean, meanLeast.count),
    hours,
    mixedUnevenness(squared > 0 ? excess / squared : priorUnevenness, all),
  )
}

/** What to expect of an hour of which nothing is known: one of the hours before and after it, and one of any. */
const besides = ({ hours, sums }: Baseline, from: number, hourClass: number, overall: number): number => {
  const day = hourClass - (hourClass % 24)
  const beside = [-1, 1].map((step) => day + ((hourClass - day + step + 24) % 24))
  const seen = beside.reduce((sum, at) => sum + (hours[at] ?? 0), 0)
  const counted = beside.reduce((sum, at) => sum + (sums[from + at] ?? 0), 0)
  return seen < 1 ? overall : (2 * (counted / seen) + overall) / 3
}

/** Over all classes: how evenly a count comes is learned from all hours, since those of one class are few. */
const pooled = ({ hours, sums, squares }: Baseline, from: number) => {
  let [all, total, excess, squared, within] = [0, 0, 0, 0, 0]
  for (let at = 0; at < classCount; at += 1) {
    const seen = hours[at] ?? 0
    const sum = sums[from + at] ?? 0
    all += seen
    total += sum
    if (seen < 2) continue
    const mean = sum / seen
    const deviations = Math.max(0, (squares[from + at] ?? 0) - sum * mean)
    const variance = deviations / (seen - 1)
    within += seen * variance
    excess += seen * (variance - mean)
    squared += Math.max(0, seen * mean * mean - variance)
  }
  return { all, overall: all > 0 ? total / all : 0, excess, squared, spread: { variance: within, hours: all } }
}

/** How unevenly counts come when little is known of the device: the variance has this much of the square of the mean. */
const priorUnevenness = 0.5
const priorUnevennessHours = 24
const unevenness = { least: 0.02, most: 60 } as const
/** A little more than what was seen: it is not known exactly. */
const doubt = 1.1

const mixedUnevenness = (own: number, hours: number): number => {
  const mixed = (own * hours + priorUnevenness * priorUnevennessHours) / (hours + priorUnevennessHours)
  return Math.min(unevenness.most, Math.max(unevenness.least, mixed * doubt))
}

/** The variance is that of the next hour, so it has the uncertainty of the mean in it. */
const negativeBinomial = (mean: number, hours: number, uneven: number): Usual => {
  const fit: CountFit = { mean, variance: (mean + uneven * mean * mean) * (1 + 1 / hours) }
  const tail = (observed: number): number => tailOf(fit, observed)
  return { mean, tail, atShare: (share) => leastAt(tail, share) }
}

const priorSpread = { variance: 1, hours: 24 } as const
const spreadLeast = 0.25

/** @param mean of the logarithms; so is the spread */
const logNormal = (mean: number, seen: { readonly variance: number; readonly hours: number }, hours: number): Usual => {
  const variance =
    ((seen.variance + priorSpread.variance * priorSpread.hours) / (seen.hours + priorSpread.hours)) * doubt
  const spread = Math.sqrt(Math.max(variance, spreadLeast) * (1 + 1 / hours))
  const tail = (observed: number): number => normalTail((Math.log1p(observed) - mean) / spread)
  return { mean: Math.expm1(mean), tail, atShare: (share) => leastAt(tail, share) }
}

const priorNews = 0.05
const priorNewsHours = 24

/** How many new values are expected in any hour: a build server has some all the time. @param index of the family */
export const usualNews = ({ hours, news, newSquares }: Baseline, index: number): Usual => {
  const all = hours.reduce((sum, seen) => sum + seen, 0)
  const seen = all + priorNewsHours
  const mean = ((news[index] ?? 0) + priorNews * priorNewsHours) / seen
  const square = (newSquares[index] ?? 0) / Math.max(all, 1)
  const own = all > 2 ? (square - mean * mean - mean) / (mean * mean) : priorUnevenness
  return negativeBinomial(Math.max(mean, meanLeast.news), seen, mixedUnevenness(own, all))
}
