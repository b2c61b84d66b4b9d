// Draws from the distributions that events of devices follow.
import type { Random } from '../random.ts'

const steps = 2 ** 24

const unit = (random: Random): number => (random.between(0, steps - 1) + 0.5) / steps

const normal = (random: Random): number => Math.sqrt(-2 * Math.log(unit(random))) * Math.cos(2 * Math.PI * unit(random))

/** Around 1, to the right without a bound. */
export const logNormal = (random: Random, spread: number): number => Math.exp(spread * normal(random) - spread ** 2 / 2)

/** A count with this mean; its variance has `uneven` times the square of the mean beyond that of Poisson. */
export const gammaPoisson = (random: Random, mean: number, uneven: number): number =>
  mean <= 0 ? 0 : poisson(random, gamma(random, 1 / uneven) * uneven * mean)

/** Marsaglia and Tsang. */
const gamma = (random: Random, shape: number): number => {
  if (shape < 1) return gamma(random, shape + 1) * unit(random) ** (1 / shape)
  const d = shape - 1 / 3
  const c = 1 / Math.sqrt(9 * d)
  for (;;) {
    const x = normal(random)
    const v = (1 + c * x) ** 3
    if (v > 0 && Math.log(unit(random)) < 0.5 * x * x + d - d * v + d * Math.log(v)) return d * v
  }
}

const poisson = (random: Random, mean: number): number => {
  if (mean > 30) return Math.max(0, Math.round(mean + Math.sqrt(mean) * normal(random)))
  const limit = Math.exp(-mean)
  let [count, product] = [0, unit(random)]
  while (product > limit) {
    count += 1
    product *= unit(random)
  }
  return count
}
