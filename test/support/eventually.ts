// Waits for what comes true by itself after a while, and says what was last seen when it does not.
import { setTimeout as sleep } from 'node:timers/promises'

/**
 * @param look asks again every 100 ms
 * @throws an error with what was seen last when it does not hold within `msMax`
 */
export const eventually = async <Seen>(
  look: () => Promise<Seen>,
  holds: (seen: Seen) => boolean,
  msMax: number,
): Promise<Seen> => {
  const deadline = performance.now() + msMax
  for (;;) {
    const seen = await look()
    if (holds(seen)) return seen
    if (performance.now() > deadline) throw new Error(`Not within ${msMax} ms. Last seen: ${JSON.stringify(seen)}`)
    await sleep(100)
  }
}
