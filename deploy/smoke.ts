// Process entry: node deploy/smoke.ts [--at <origin>] [--wait <seconds>] [--answer <seconds>]
// Asks every Function App whether it is ready, prints a table, and ends with 1 if one is not. azd runs it after each deployment.
import { UsageError, runCommand } from '../shared/command-line.ts'
import { type AppAddress, addressesAt, addressesFrom, hostNamesVariable } from './app-address.ts'
import { readinessOf } from './readiness.ts'
import { resultTable } from './result-table.ts'

const usage = `Usage: npm run smoke -- [--at <origin>] [--wait <seconds>] [--answer <seconds>]

  --at       Ask all apps at one address, such as http://127.0.0.1:7071. Default: the host names in the environment
             variable ${hostNamesVariable}, which azd sets for its hooks and "azd env get-values" prints.
  --wait     How long an app is asked again, from 0 to 3600 seconds. Default: 600.
  --answer   How long one answer may take, from 1 to 230 seconds. Default: 60.

Ends with 1 when an app is not ready.`

/** An hour. */
const waitSecondsMax = 3_600
/** After which Azure itself cuts an answer off. */
const answerSecondsMax = 230

const milliseconds = (name: string, text: string, [min, max]: readonly [min: number, max: number]): number => {
  if (!/^\d{1,4}$/.test(text) || Number(text) < min || Number(text) > max)
    throw new UsageError(`--${name} is "${text}". Give whole seconds from ${min} to ${max}.`)
  return Number(text) * 1_000
}

const addresses = (at: string | undefined): readonly AppAddress[] => {
  if (at !== undefined) return addressesAt(at)
  const hostNames = process.env[hostNamesVariable]
  if (!hostNames) throw new UsageError(`${hostNamesVariable} is not set.`)
  return addressesFrom(hostNames)
}

const options = {
  at: { type: 'string' },
  wait: { type: 'string', default: '600' },
  answer: { type: 'string', default: '60' },
} as const

await runCommand({ usage, options }, async ({ values: { at, wait, answer } }) => {
  const patience = {
    waitMs: milliseconds('wait', wait, [0, waitSecondsMax]),
    pauseMs: 5_000,
    answerMs: milliseconds('answer', answer, [1, answerSecondsMax]),
  }
  const outcomes = await Promise.all(addresses(at).map((address) => readinessOf(address, patience)))
  console.log(resultTable(outcomes))
  const failed = outcomes.filter(({ state }) => state !== 'ready')
  if (failed.length > 0)
    console.error(
      `\n${failed.length} of ${outcomes.length} apps are not ready. docs/deployment.md says what to look at.`,
    )
  return failed.length === 0
})
