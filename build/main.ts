// Process entry: node build/main.ts [--out dist] [--budget build/size-budget.json | --no-budget] [--accept-sizes]
// Makes the folder of each Function App that is deployed, and of all of them in one, which package.json names as `main`; their source
// maps go to `source-maps` beside them. Fails when an app has outgrown its budget.
import { readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { all, functionApps } from '../functions/apps/all.ts'
import { projectFolder } from '../local/parts.ts'
import { makeApp } from './deployed-app.ts'
import { runCommand } from '../shared/command-line.ts'
import { type Sizes, acceptCommand, budgetProblems, sizesOf, spareBudgets } from './size-budget.ts'

const usage = `Usage: npm run build -- [--out <folder>] [--budget <file> | --no-budget] [--accept-sizes]

  --out            Where the folders of the apps are made. Default: dist.
  --budget         How large each app may be. Default: build/size-budget.json.
  --no-budget      Do not ask how large they have become.
  --accept-sizes   Write the sizes as they are now into the budget.`

const options = {
  out: { type: 'string', default: join(projectFolder, 'dist') },
  budget: { type: 'string', default: join(projectFolder, 'build/size-budget.json') },
  'no-budget': { type: 'boolean', default: false },
  'accept-sizes': { type: 'boolean', default: false },
} as const

const kilobytes = (size: number): string => `${size} KB`.padStart(8)

const makeAll = async (out: string): Promise<Sizes> => {
  const sizes: Record<string, Sizes[string]> = {}
  for (const app of [...functionApps, all]) {
    const folder = resolve(out, app.name)
    const size = sizesOf(await makeApp(app, { folder, maps: resolve(out, 'source-maps', app.name) }))
    console.log(
      `${app.name.padEnd(24)}${String(app.definitions.length).padStart(3)} functions ${kilobytes(size.whole.kilobytes)}, ${kilobytes(size.atStart.kilobytes)} of it at start  ${folder}`,
    )
    // Azure never sees the one with all of them.
    if (app !== all) sizes[app.name] = size
  }
  return sizes
}

/** @returns whether it is kept */
const checkBudget = (sizes: Sizes, file: string): boolean => {
  const budget = JSON.parse(readFileSync(file, 'utf8')) as Sizes
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
  const sizes = await makeAll(values.out)
  if (!values['accept-sizes']) return values['no-budget'] || checkBudget(sizes, values.budget)
  writeFileSync(values.budget, `${JSON.stringify(sizes, undefined, 2)}\n`)
  return true
})
