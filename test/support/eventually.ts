// Waits for what comes true by itself after a while, and says what was last seen when it does not.
import { setTimeout as sleep } from 'node:timers/promises'

/**
 * @param look asks again after 100 ms, later after a tenth of the time that it has taken so far
 * @throws an error with what was seen last when it does not hold within `msMax`
 */
export const eventually = async <Seen>(
  look: () => Promise<Seen>,
  holds: (seen: Seen) => boolean,
  msMax: number,
): Promise<Seen> => {
  const begun = performance.now()
  for (;;) {
    const seen = await look()
    if (holds(seen)) return seen
    const waited = performance.now() - begun
    if (waited > msMax) throw new Error(`Not within ${msMax} ms. Last seen: ${JSON.stringify(seen)}`)
    await sleep(Math.max(100, waited / 10))
  }
}
