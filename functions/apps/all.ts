// Every Function App in one, for a laptop.
import type { FunctionApp } from './function-app.ts'
import { theoneaiApi } from './theoneai-api.ts'
import { theoneaiBackground } from './theoneai-background.ts'
import { theonecodeApi } from './theonecode-api.ts'
import { theonecodeBackground } from './theonecode-background.ts'
import { theonehubApi } from './theonehub-api.ts'
import { theonehubBackground } from './theonehub-background.ts'

export const functionApps: readonly FunctionApp[] = [
  theonecodeApi,
  theonecodeBackground,
  theoneaiApi,
  theoneaiBackground,
  theonehubApi,
  theonehubBackground,
]

/** What several apps share, such as the last step of every orchestration, is in it once. */
export const all: FunctionApp = {
  name: 'all',
  definitions: [...new Set(functionApps.flatMap(({ definitions }) => definitions))],
}
