// Process entry: node build/main.ts [--out dist] [--budget build/size-budget.json | --no-budget] [--accept-sizes]
// Makes the folder of each Function App that is deployed, and of all of them in one, which package.json names as `main`; their source
// maps go to `source-maps` beside them. Fails when an app has outgrown its budget.
import { readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { all, functionApps } from '../functions/apps/all.ts'
import { projectFolder } from '../local/parts.ts'
import { makeApp } from './deployed-app.ts'
import { type Sizes, acceptCommand, budgetProblems, sizesOf, spareBudgets } from './size-budget.ts'

const { values } = parseArgs({
  options: {
    out: { type: 'string', default: join(projectFolder, 'dist') },
    budget: { type: 'string', default: join(projectFolder, 'build/size-budget.json') },
    'no-budget': { type: 'boolean', default: false },
    'accept-sizes': { type: 'boolean', default: false },
  },
})

const kilobytes = (size: number): string => `${size} KB`.padStart(8)

const makeAll = async (): Promise<Sizes> => {
  const sizes: Record<string, Sizes[string]> = {}
  for (const app of [...functionApps, all]) {
    const folder = resolve(values.out, app.name)
    const size = sizesOf(await makeApp(app, { folder, maps: resolve(values.out, 'source-maps', app.name) }))
    console.log(
      `${app.name.padEnd(24)}${String(app.definitions.length).padStart(3)} functions ${kilobytes(size.whole.kilobytes)}, ${kilobytes(size.atStart.kilobytes)} of it at start  ${folder}`,
    )
    // Azure never sees the one with all of them.
    if (app !== all) sizes[app.name] = size
  }
  return sizes
}

const checkBudget = (sizes: Sizes): void => {
  const budget = JSON.parse(readFileSync(values.budget, 'utf8')) as Sizes
  const problems = budgetProblems(sizes, budget)
  const spare = spareBudgets(sizes, budget)
  if (spare.length > 0)
    console.log(`Smaller than the budget by more than a tenth (${acceptCommand} lowers it): ${spare.join(', ')}`)
  if (problems.length === 0) return
  console.error(
    `${problems.join('\n')}\nEvery kilobyte is read at a cold start. Make it smaller, or accept it with "${acceptCommand}" and commit build/size-budget.json with the reason.`,
  )
  process.exitCode = 1
}

const sizes = await makeAll()
if (values['accept-sizes']) writeFileSync(values.budget, `${JSON.stringify(sizes, undefined, 2)}\n`)
else if (!values['no-budget']) checkBudget(sizes)
