// How likely a count is when counts are negative binomial: what events of a device are, since they come in bursts.

export type CountFit = {
  readonly mean: number
  /** Over the mean: with as much as the mean it would be Poisson. */
  readonly variance: number
}

/** P(X ≥ count), between 0 and 1. @param count a whole number */
export const tailOf = ({ mean, variance }: CountFit, count: number): number => {
  if (count <= 0) return 1
  if (mean <= 0) return 0
  const size = (mean * mean) / Math.max(variance - mean, mean * 1e-6)
  return incompleteBeta(mean / (mean + size), count, size)
}

/** The least whole number that is reached with a probability of at most `share`: by doublings, and then by halvings. */
export const leastAt = (tail: (count: number) => number, share: number): number => {
  let [low, high] = [0, 1]
  while (tail(high) > share && high < countMax) [low, high] = [high, high * 2]
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2)
    if (tail(middle) > share) low = middle
    else high = middle
  }
  return high
}

const countMax = 2 ** 40

/** P(X ≥ value) of the standard normal distribution, with a relative error below 1.2e-7 (Numerical Recipes, erfcc). */
export const normalTail = (value: number): number => {
  const x = Math.abs(value) / Math.SQRT2
  const u = 1 / (1 + x / 2)
  const inner = erfcFactors.reduceRight((sum, factor) => factor + u * sum, 0)
  const tail = (u * Math.exp(-x * x + inner)) / 2
  return value >= 0 ? tail : 1 - tail
}

const erfcFactors = [
  -1.265_512_23, 1.000_023_68, 0.374_091_96, 0.096_784_18, -0.186_288_06, 0.278_868_07, -1.135_203_98, 1.488_515_87,
  -0.822_152_23, 0.170_872_77,
]

/** I_x(a, b), by its continued fraction (Numerical Recipes, 6.4). */
const incompleteBeta = (x: number, a: number, b: number): number => {
  if (x <= 0) return 0
  if (x >= 1) return 1
  const front = Math.exp(logGamma(a + b) - logGamma(a) - logGamma(b) + a * Math.log(x) + b * Math.log1p(-x))
  const tail =
    x < (a + 1) / (a + b + 2)
      ? (front * continuedFraction(x, a, b)) / a
      : 1 - (front * continuedFraction(1 - x, b, a)) / b
  return Math.min(1, Math.max(0, tail))
}

const turnsMax = 500
const tiny = 1e-300

const continuedFraction = (x: number, a: number, b: number): number => {
  const kept = (value: number): number => (Math.abs(value) < tiny ? tiny : value)
  let c = 1
  let d = 1 / kept(1 - ((a + b) * x) / (a + 1))
  let fraction = d
  for (let turn = 1; turn <= turnsMax; turn += 1) {
    const even = (turn * (b - turn) * x) / ((a + 2 * turn - 1) * (a + 2 * turn))
    d = 1 / kept(1 + even * d)
    c = kept(1 + even / c)
    fraction *= d * c
    const odd = (-(a + turn) * (a + b + turn) * x) / ((a + 2 * turn) * (a + 2 * turn + 1))
    d = 1 / kept(1 + odd * d)
    c = kept(1 + odd / c)
    fraction *= d * c
    if (Math.abs(d * c - 1) < 1e-12) break
  }
  return fraction
}

// Lanczos, g = 7.
const lanczos: readonly [number, ...number[]] = [
  0.999_999_999_999_809_93, 676.520_368_121_885_1, -1259.139_216_722_402_8, 771.323_428_777_653_13,
  -176.615_029_162_140_59, 12.507_343_278_686_905, -0.138_571_095_265_720_12, 9.984_369_578_019_571_6e-6,
  1.505_632_735_149_311_6e-7,
]

const logGamma = (value: number): number => {
  if (value < 0.5) return Math.log(Math.PI / Math.sin(Math.PI * value)) - logGamma(1 - value)
  const x = value - 1
  const [first, ...others] = lanczos
  const sum = others.reduce((total, factor, index) => total + factor / (x + index + 1), first)
  const t = x + 7.5
  return 0.5 * Math.log(2 * Math.PI) + (x + 0.5) * Math.log(t) - t + Math.log(sum)
}
