// How the work that a text makes grows with its length, in time of the processor: others use it as well.

export const cpuMsOf = (work: () => unknown): number => {
  const before = process.cpuUsage().user
  work()
  return (process.cpuUsage().user - before) / 1000
}

/** Of three measurements, or of those until one is good enough: the first ones are slow, and any may meet other work on the machine. */
export const leastMsOf = (measure: () => number, enough = 0): number => {
  let least = Infinity
  for (let times = 0; times < 3 && least >= enough; times += 1) least = Math.min(least, measure())
  return least
}

/** Of work that may be over before the clock of the processor has moved on. */
export const plainMsOf = (work: () => unknown): number => {
  const times = 20
  return leastMsOf(() => cpuMsOf(() => Array.from({ length: times }, work))) / times
}

const lettersLong = 160_000
let letterMs: number | undefined
/** Of one look at each letter of a text of 160,000. */
const plainLetterMs = (): number => {
  const letters = 'N'.repeat(lettersLong)
  return (letterMs ??= plainMsOf(() => letters.replaceAll(/\S/g, (letter) => letter)))
}

type Growth = { readonly ms: number; readonly msMax: number }

/** Whatever takes this for 20,000 letters and fewer does not end for many. */
const shortMsMax = 200

/**
 * @param bit repeated to a text of 20,000 letters, then to one of eight times the length: quadratic work takes 64 times as long
 * @returns of the long text, and what work that grows with the length alone stays below: 24 times that of the short one, or a hundred looks at
 * each letter. Neither is a bound that every letter of it reaches. Of a shorter text where that takes long already: what doubles with each
 * letter would not come to its end
 */
export const growthOf = (work: (text: string) => unknown, bit: string): Growth => {
  const timeOf = (length: number): (() => number) => {
    const text = bit.repeat(Math.ceil(length / bit.length))
    return () => cpuMsOf(() => work(text))
  }
  for (let length = 32; length < lettersLong / 8; length = Math.ceil(length * 1.15)) {
    const ms = leastMsOf(timeOf(length), shortMsMax)
    if (ms >= shortMsMax) return { ms, msMax: shortMsMax }
  }
  const short = leastMsOf(timeOf(lettersLong / 8))
  const msMax = Math.min(Math.max(short, 4) * 24, plainLetterMs() * 100)
  return { ms: leastMsOf(timeOf(lettersLong), msMax), msMax }
}
