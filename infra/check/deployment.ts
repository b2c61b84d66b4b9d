// Process entry: npm run infra:deployable -- [--parameters <file>] [--budget-since <YYYY-MM-01>] [--pinned]
// Says whether a deployment with these parameters would be refused, before anything is made: examples, a budget of the past, a Bicep CLI
// other than the one whose snapshots were tested. The subscription is that of AZURE_SUBSCRIPTION_ID. Ends with 1 if it would.
import { existsSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import * as z from 'zod'
import { projectFolder } from '../../local/parts.ts'
import { UsageError, runCommand } from '../../shared/command-line.ts'
import { type Bicep, bicepVersion, findBicep } from './bicep-cli.ts'
import { budgetFault } from './budget-month.ts'
import { faultsOfSettings } from './given-settings.ts'
import { type Workplace, openWorkplace } from './workplace.ts'

const usage = `Usage: npm run infra:deployable -- [--parameters <file>] [--budget-since <YYYY-MM-01>] [--pinned]

  --parameters     Default: infra/main.bicepparam, which azd takes.
  --budget-since   From when the budget counts that this environment has already.
  --pinned         Also fail when the Bicep CLI is not ${bicepVersion}.`

const options = {
  parameters: { type: 'string', default: 'infra/main.bicepparam' },
  'budget-since': { type: 'string', default: '' },
  pinned: { type: 'boolean', default: false },
} as const

type Asked = {
  /** The file. */
  readonly parameters: string
  readonly since: string
  readonly isPinned: boolean
  readonly subscriptionId: string
}

const faultsOf = ({ parameters, since, isPinned, subscriptionId }: Asked): readonly string[] => {
  const bicep = deployingBicep(isPinned)
  if (bicep === undefined) return []
  const place = openWorkplace(bicep)
  try {
    return [
      ...(isPinned && bicep.version !== bicepVersion
        ? [`The Bicep CLI is ${bicep.version}, and what was tested was made with ${bicepVersion}.`]
        : []),
      ...refusalOf(place, parameters, subscriptionId),
      ...faultsOfValues(place, parameters, since),
    ]
  } finally {
    place.remove()
  }
}

/** The one with which azd deploys, where that is known. */
const deployingBicep = (isPinned: boolean): Bicep | undefined => {
  const { BICEP, AZD_BICEP_TOOL_PATH } = process.env
  const ofAzd = join(homedir(), '.azd/bin', process.platform === 'win32' ? 'bicep.exe' : 'bicep')
  const named = BICEP || AZD_BICEP_TOOL_PATH || (existsSync(ofAzd) ? ofAzd : undefined)
  try {
    return findBicep({ ...process.env, BICEP: named })
  } catch (error) {
    if (isPinned || BICEP) throw error
    // Azure refuses the same, by the same rules, when it validates the deployment.
    console.error(`NOT CHECKED here, but by Azure. ${error instanceof Error ? error.message : String(error)}`)
    return undefined
  }
}

/** What Bicep itself refuses, as Azure would when it validates the deployment. */
const refusalOf = (place: Workplace, parameters: string, subscriptionId: string): readonly string[] => {
  try {
    place.snapshot(parameters, subscriptionId)
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
    domain: z.object({ value: z.string() }),
    settings: z.object({ value: z.record(z.string(), z.string()) }),
  }),
})

const faultsOfValues = (place: Workplace, file: string, since: string): readonly string[] => {
  const { ok, words } = place.run(['build-params', file, '--stdout'])
  // Then it was refused, and has been told.
  if (!ok) return []
  const { parametersJson } = Built.parse(JSON.parse(words))
  const { alertEmails, budgetFrom, domain, settings } = Parameters.parse(JSON.parse(parametersJson)).parameters
  // Who tells nobody makes no budget.
  const budget =
    alertEmails.value.length > 0 &&
    budgetFault({ from: budgetFrom.value, since: since || undefined, today: new Date() })
  return [...faultsOfSettings(settings.value, domain.value), ...(budget ? [budget] : [])]
}

await runCommand({ usage, options }, ({ values }) => {
  const { parameters, 'budget-since': since, pinned } = values
  const subscriptionId = process.env['AZURE_SUBSCRIPTION_ID']
  if (!subscriptionId) throw new UsageError('AZURE_SUBSCRIPTION_ID is not set.')
  if (!/^(?:\d{4}-\d{2}-01)?$/.test(since)) throw new UsageError(`--budget-since is "${since}".`)
  if (!/^(?:\.\/)?infra\//.test(parameters) || !existsSync(join(projectFolder, parameters)))
    throw new UsageError(`--parameters is "${parameters}". Name a file such as infra/parameters/test.bicepparam.`)
  const faults = faultsOf({ parameters, since, isPinned: pinned, subscriptionId })
  for (const fault of faults) console.error(fault)
  if (faults.length === 0) console.log(`Nothing speaks against a deployment of ${parameters}.`)
  return faults.length === 0
})
