// Process entry: npm run infra [-- --update]
// Builds and lints the Bicep files, evaluates them for each environment, compares with the committed snapshots, and tries what has to be refused.
import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { styleText } from 'node:util'
import { projectFolder } from '../../local/parts.ts'
import { runCommand } from '../../shared/command-line.ts'
import { suiteFile, suiteText } from '../description/suite-file.ts'
import { bicepVersion, findBicep } from './bicep-cli.ts'
import { checkRefusals } from './refusals.ts'
import { checkVariants } from './variants.ts'
import { type Workplace, openWorkplace } from './workplace.ts'

export const stages = ['dev', 'test', 'production'] as const

const usage = `Usage: npm run infra -- [--update]

  --update   Write infra/suite.json and the snapshots anew, and try nothing that has to be refused or taken.`

const parametersOf = (stage: string): string => `infra/parameters/${stage}.bicepparam`

const snapshotFile = (stage: string): string => join(projectFolder, 'infra/snapshots', `${stage}.json`)

/** @returns whether every step is good */
const check = async (update: boolean): Promise<boolean> => {
  const bicep = findBicep(process.env)
  console.log(`Bicep ${bicep.version} from ${bicep.from}.`)
  if (bicep.version !== bicepVersion) console.log(`The snapshots were made with ${bicepVersion}: another may differ.`)
  const steps = [step('infra/suite.json', await checkSuite(update))]
  const place = openWorkplace(bicep)
  try {
    steps.push(
      step('build', bicepSays(place, ['build', 'infra/main.bicep', '--stdout'])),
      step('lint', bicepSays(place, ['lint', 'infra/main.bicep'])),
      step('parameters of azd', bicepSays(place, ['build-params', 'infra/main.bicepparam', '--stdout'], ofAzd)),
      ...stages.map((stage) => step(`snapshot of ${stage}`, checkSnapshot(place, stage, update))),
    )
    if (!update)
      steps.push(
        step('what has to be refused', checkRefusals(place)),
        step('what has to be taken', checkVariants(place)),
      )
  } finally {
    place.remove()
  }
  return steps.every((isGood) => isGood)
}

const step = (name: string, faults: readonly string[]): boolean => {
  console.log(`${faults.length === 0 ? styleText('green', 'good  ') : styleText('red', 'FAILED')}  ${name}`)
  for (const fault of faults) console.error(fault)
  return faults.length === 0
}

/** Always written when snapshots are, since they follow from it. */
const checkSuite = async (update: boolean): Promise<readonly string[]> => {
  const text = await suiteText()
  if (update) writeFileSync(suiteFile, text)
  return readFileSync(suiteFile, 'utf8') === text
    ? []
    : ['It differs from the code. Write it anew with "npm run infra -- --update".']
}

/** What azd knows of an environment after its three questions. */
const ofAzd = { AZURE_ENV_NAME: 'mine', AZURE_LOCATION: 'westeurope' }

const bicepSays = (
  place: Workplace,
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): readonly string[] => {
  const { ok, words } = place.run(args, environment)
  return ok ? [] : [words]
}

const checkSnapshot = (place: Workplace, stage: string, update: boolean): readonly string[] => {
  let text: string
  try {
    text = place.snapshot(parametersOf(stage))
  } catch (error) {
    return [error instanceof Error ? error.message : String(error)]
  }
  const file = snapshotFile(stage)
  if (update) writeFileSync(file, text)
  if (existsSync(file) && readFileSync(file, 'utf8') === text) return []
  return [
    differences(file, text),
    'The committed snapshot differs. Look at what changed; if it is meant, write it anew with "npm run infra -- --update".',
  ]
}

const differences = (file: string, text: string): string => {
  const folder = mkdtempSync(join(tmpdir(), 'snapshot-'))
  try {
    const now = join(folder, 'now.json')
    writeFileSync(now, text)
    return spawnSync('git', ['diff', '--no-index', '--stat', '-U3', '--patch', file, now], { encoding: 'utf8' }).stdout
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

await runCommand({ usage, options: { update: { type: 'boolean', default: false } } }, ({ values }) =>
  check(values.update),
)
