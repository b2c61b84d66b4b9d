// Process entry: node deploy/smoke.ts [--at <origin>] [--wait <seconds>]
// Asks every Function App whether it is ready, prints a table, and ends with 1 if one is not. azd runs it after each deployment.
import { parseArgs } from 'node:util'
import { type AppAddress, addressesAt, addressesFrom, hostNamesVariable } from './app-address.ts'
import { readinessOf } from './readiness.ts'
import { resultTable } from './result-table.ts'

const usage = `Usage: npm run smoke -- [--at <origin>] [--wait <seconds>]

  --at     Ask all apps at one address, such as http://127.0.0.1:7071. Default: the host names in the environment
           variable ${hostNamesVariable}, which azd sets for its hooks and "azd env get-values" prints.
  --wait   How long an app is asked again, from 0 to 3600 seconds. Default: 600.`

const waitSecondsMax = 3_600

const addresses = (at: string | undefined): readonly AppAddress[] => {
  if (at !== undefined) return addressesAt(at)
  const hostNames = process.env[hostNamesVariable]
  if (!hostNames) throw new Error(`${hostNamesVariable} is not set.\n\n${usage}`)
  return addressesFrom(hostNames)
}

const run = async (): Promise<boolean> => {
  const { values } = parseArgs({ options: { at: { type: 'string' }, wait: { type: 'string', default: '600' } } })
  if (!/^\d{1,4}$/.test(values.wait) || Number(values.wait) > waitSecondsMax)
    throw new Error(`--wait is "${values.wait}".\n\n${usage}`)
  const patience = { waitMs: Number(values.wait) * 1_000, pauseMs: 5_000, answerMs: 60_000 }
  const outcomes = await Promise.all(addresses(values.at).map((address) => readinessOf(address, patience)))
  console.log(resultTable(outcomes))
  const failed = outcomes.filter(({ state }) => state !== 'ready')
  if (failed.length > 0)
    console.error(
      `\n${failed.length} of ${outcomes.length} apps are not ready. docs/deployment.md says what to look at.`,
    )
  return failed.length === 0
}

try {
  process.exitCode = (await run()) ? 0 : 1
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error))
  process.exitCode = 2
}
