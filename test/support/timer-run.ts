// Runs a timer function by hand, as an operator would, until its work is seen to be done; keeps others from running.
import { setTimeout as sleep } from 'node:timers/promises'

/**
 * @param isDone looks at what the run changes; the run is repeated, since one that meets another run's lease does nothing
 * @param msMax more than 30 s where a killed run may have left its lease behind
 */
export const runTimerUntil = async (
  functionsUrl: string,
  name: string,
  isDone: () => Promise<boolean>,
  msMax = 20_000,
): Promise<void> => {
  const deadline = Date.now() + msMax
  for (let wait = 0; Date.now() < deadline; wait += 1) {
    if (wait % 10 === 0) await runTimer(functionsUrl, name)
    if (await isDone()) return
    await sleep(100)
  }
  throw new Error(`${name} has not done its work within ${msMax} ms.`)
}

type FunctionStatus = { readonly name: string; readonly config: { readonly bindings: ReadonlyArray<{ type: string }> } }

/** Settings that keep timers from running by themselves, for a test that counts what is asked for. Only those can be run by hand that stay on. */
export const timersOff = async (functionsUrl: string, stayOn: readonly string[]): Promise<Record<string, string>> => {
  const response = await fetch(`${functionsUrl}/admin/functions`)
  const timers = ((await response.json()) as FunctionStatus[])
    .filter(({ config }) => config.bindings.some(({ type }) => type === 'timerTrigger'))
    .map(({ name }) => name)
  const unknown = stayOn.filter((name) => !timers.includes(name))
  if (unknown.length > 0) throw new Error(`The host has no timer ${unknown.join(', ')}.`)
  const off = timers.filter((name) => !stayOn.includes(name))
  return Object.fromEntries(off.map((name) => [`AzureWebJobs.${name}.Disabled`, 'true']))
}

const runTimer = async (functionsUrl: string, name: string): Promise<void> => {
  const response = await fetch(`${functionsUrl}/admin/functions/${name}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ input: '' }),
  })
  if (response.status !== 202) throw new Error(`The host did not run ${name}: ${response.status}`)
}
