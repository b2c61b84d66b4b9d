// Process entry: npm run infra:deployable -- [--parameters <file>] [--budget-since <YYYY-MM-01>] [--pinned]
// Says whether a deployment with these parameters would be refused, before anything is made: examples, a budget of the past, a Bicep CLI
// other than the one whose snapshots were tested. The subscription is that of AZURE_SUBSCRIPTION_ID. Ends with 1 if it would.
import { existsSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import * as z from 'zod'
import { type Bicep, bicepVersion, findBicep } from './bicep-cli.ts'
import { budgetFault } from './budget-month.ts'
import { type Workplace, openWorkplace } from './workplace.ts'

const usage = `Usage: npm run infra:deployable -- [--parameters <file>] [--budget-since <YYYY-MM-01>] [--pinned]

  --parameters     Default: infra/main.bicepparam, which azd takes.
  --budget-since   From when the budget counts that this environment has already.
  --pinned         Also fail when the Bicep CLI is not ${bicepVersion}.`

const { values } = parseArgs({
  options: {
    parameters: { type: 'string', default: 'infra/main.bicepparam' },
    'budget-since': { type: 'string', default: '' },
    pinned: { type: 'boolean', default: false },
  },
})

const main = (): readonly string[] => {
  const subscriptionId = process.env['AZURE_SUBSCRIPTION_ID']
  if (!subscriptionId) throw new Error(`AZURE_SUBSCRIPTION_ID is not set.\n\n${usage}`)
  const since = values['budget-since']
  if (!/^(?:\d{4}-\d{2}-01)?$/.test(since)) throw new Error(`--budget-since is "${since}".\n\n${usage}`)
  const bicep = deployingBicep()
  if (bicep === undefined) return []
  const place = openWorkplace(bicep)
  try {
    return [
      ...(values.pinned && bicep.version !== bicepVersion
        ? [`The Bicep CLI is ${bicep.version}, and what was tested was made with ${bicepVersion}.`]
        : []),
      ...refusalOf(place, subscriptionId),
      ...faultOfBudget(place, since),
    ]
  } finally {
    place.remove()
  }
}

/** The one with which azd deploys, where that is known. */
const deployingBicep = (): Bicep | undefined => {
  const { BICEP, AZD_BICEP_TOOL_PATH } = process.env
  const ofAzd = join(homedir(), '.azd/bin', process.platform === 'win32' ? 'bicep.exe' : 'bicep')
  const named = BICEP || AZD_BICEP_TOOL_PATH || (existsSync(ofAzd) ? ofAzd : undefined)
  try {
    return findBicep({ ...process.env, BICEP: named })
  } catch (error) {
    if (values.pinned || BICEP) throw error
    // Azure refuses the same, by the same rules, when it validates the deployment.
    console.error(`NOT CHECKED here, but by Azure. ${error instanceof Error ? error.message : String(error)}`)
    return undefined
  }
}

/** What Bicep itself refuses, as Azure would when it validates the deployment. */
const refusalOf = (place: Workplace, subscriptionId: string): readonly string[] => {
  try {
    place.snapshot(values.parameters, subscriptionId)
    return []
  } catch (error) {
    return [error instanceof Error ? error.message : String(error)]
  }
}

const Built = z.object({ parametersJson: z.string() })
const Parameters = z.object({
  parameters: z.object({
    alertEmails: z.object({ value: z.array(z.string()) }),
    budgetFrom: z.object({ value: z.string() }),
  }),
})

const faultOfBudget = (place: Workplace, since: string): readonly string[] => {
  const { ok, words } = place.run(['build-params', values.parameters, '--stdout'])
  // Then it was refused, and has been told.
  if (!ok) return []
  const { parametersJson } = Built.parse(JSON.parse(words))
  const { alertEmails, budgetFrom } = Parameters.parse(JSON.parse(parametersJson)).parameters
  // Who tells nobody makes no budget.
  if (alertEmails.value.length === 0) return []
  const fault = budgetFault({ from: budgetFrom.value, since: since || undefined, today: new Date() })
  return fault === undefined ? [] : [fault]
}

try {
  const faults = main()
  for (const fault of faults) console.error(fault)
  if (faults.length === 0) console.log(`Nothing speaks against a deployment of ${values.parameters}.`)
  process.exitCode = faults.length === 0 ? 0 : 1
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error))
  process.exitCode = 2
}
