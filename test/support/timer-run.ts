// Runs a timer function by hand, as an operator would, until its work is seen to be done.
import { setTimeout as sleep } from 'node:timers/promises'

const msMax = 20_000

/** @param isDone looks at what the run changes; the run is repeated, since one that meets another run's lease does nothing */
export const runTimerUntil = async (
  functionsUrl: string,
  name: string,
  isDone: () => Promise<boolean>,
): Promise<void> => {
  const deadline = Date.now() + msMax
  for (let wait = 0; Date.now() < deadline; wait += 1) {
    if (wait % 20 === 0) await runTimer(functionsUrl, name)
    if (await isDone()) return
    await sleep(50)
  }
  throw new Error(`${name} has not done its work within ${msMax} ms.`)
}

const runTimer = async (functionsUrl: string, name: string): Promise<void> => {
  const response = await fetch(`${functionsUrl}/admin/functions/${name}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ input: '' }),
  })
  if (response.status !== 202) throw new Error(`The host did not run ${name}: ${response.status}`)
}
