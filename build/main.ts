// Process entry: node build/main.ts [--out dist] [--app <name>] [--budget build/size-budget.json | --no-budget] [--accept-sizes]
// Makes the folder of each Function App that is deployed, and of all of them in one, which package.json names as `main`; their source
// maps go to `source-maps` beside them. Fails when an app has outgrown its budget.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { FunctionApp } from '../functions/apps/function-app.ts'
import { projectFolder } from '../local/parts.ts'
import { UsageError, runCommand } from '../shared/command-line.ts'
import { builtApps, deployedSizes, makeApps } from './apps.ts'
import { type Sizes, acceptCommand, budgetProblems, sizesOf, spareBudgets } from './size-budget.ts'

const usage = `Usage: npm run build -- [--out <folder>] [--app <name>] [--budget <file> | --no-budget] [--accept-sizes]

  --out            Where the folders of the apps are made. Default: dist.
  --app            Make only this app; may be given several times. Default: all of them.
  --budget         How large each app may be. Default: build/size-budget.json.
  --no-budget      Do not ask how large they have become.
  --accept-sizes   Write the sizes as they are now into the budget.`

const options = {
  out: { type: 'string', default: join(projectFolder, 'dist') },
  app: { type: 'string', multiple: true, default: [] as string[] },
  budget: { type: 'string', default: join(projectFolder, 'build/size-budget.json') },
  'no-budget': { type: 'boolean', default: false },
  'accept-sizes': { type: 'boolean', default: false },
} as const

const kilobytes = (size: number): string => `${size} KB`.padStart(8)

const chosenApps = (names: readonly string[]): readonly FunctionApp[] => {
  const unknown = names.find((name) => !builtApps.some((app) => app.name === name))
  if (unknown !== undefined)
    throw new UsageError(`There is no app "${unknown}", only ${builtApps.map(({ name }) => name).join(', ')}.`)
  return names.length === 0 ? builtApps : builtApps.filter(({ name }) => names.includes(name))
}

const makeChosen = async (out: string, apps: readonly FunctionApp[]): Promise<Sizes> =>
  deployedSizes(
    await makeApps(out, apps, ({ name, definitions }, made, folder) => {
      const { whole, atStart } = sizesOf(made)
      console.log(
        `${name.padEnd(24)}${String(definitions.length).padStart(3)} functions ${kilobytes(whole.kilobytes)}, ${kilobytes(atStart.kilobytes)} of it at start  ${folder}`,
      )
    }),
  )

/** @returns whether it is kept */
const checkBudget = (sizes: Sizes, file: string, isPart: boolean): boolean => {
  const whole = JSON.parse(readFileSync(file, 'utf8')) as Sizes
  const budget = isPart ? Object.fromEntries(Object.entries(whole).filter(([app]) => app in sizes)) : whole
  const problems = budgetProblems(sizes, budget)
  const spare = spareBudgets(sizes, budget)
  if (spare.length > 0)
    console.log(`Smaller than the budget by more than a tenth (${acceptCommand} lowers it): ${spare.join(', ')}`)
  if (problems.length === 0) return true
  console.error(
    `${problems.join('\n')}\nEvery kilobyte is read at a cold start. Make it smaller, or accept it with "${acceptCommand}" and commit build/size-budget.json with the reason.`,
  )
  return false
}

await runCommand({ usage, options }, async ({ values }) => {
  const isPart = values.app.length > 0
  const isAccepting = values['accept-sizes']
  if (isPart && isAccepting) throw new UsageError('The sizes of all apps are accepted together: leave out --app.')
  const sizes = await makeChosen(values.out, chosenApps(values.app))
  if (!isAccepting) return values['no-budget'] || checkBudget(sizes, values.budget, isPart)
  writeFileSync(values.budget, `${JSON.stringify(sizes, undefined, 2)}\n`)
  return true
})
