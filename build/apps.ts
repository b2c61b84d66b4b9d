// Makes the folders of several Function Apps side by side in one place, their source maps in `source-maps` beside them.
import { resolve } from 'node:path'
import { all, functionApps } from '../functions/apps/all.ts'
import type { FunctionApp } from '../functions/apps/function-app.ts'
import type { Bundle } from './bundle.ts'
import { makeApp } from './deployed-app.ts'
import { type Sizes, sizesOf } from './size-budget.ts'

/** Those that are deployed, and the one with all of them, which package.json names as `main`. */
export const builtApps: readonly FunctionApp[] = [...functionApps, all]

/**
 * @param onMade each app as it is done, and its folder
 * @returns the bundles by the names of their apps
 * @throws what `makeApp` throws
 */
export const makeApps = async (
  out: string,
  apps: readonly FunctionApp[],
  onMade: (app: FunctionApp, made: Bundle, folder: string) => void = () => {},
): Promise<ReadonlyMap<string, Bundle>> => {
  const made = new Map<string, Bundle>()
  for (const app of apps) {
    const folder = resolve(out, app.name)
    const bundle = await makeApp(app, { folder, maps: resolve(out, 'source-maps', app.name) })
    made.set(app.name, bundle)
    onMade(app, bundle, folder)
  }
  return made
}

/** What the budget is about: Azure never sees the one with all of them. */
export const deployedSizes = (made: ReadonlyMap<string, Bundle>): Sizes =>
  Object.fromEntries([...made].flatMap(([name, bundle]) => (name === all.name ? [] : [[name, sizesOf(bundle)]])))
