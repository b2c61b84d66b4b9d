// Every Function App in one, for a laptop.
import type { FunctionApp } from './function-app.ts'
import { theoneaiApi } from './theoneai-api.ts'
import { theonecodeApi } from './theonecode-api.ts'
import { theonecodeBackground } from './theonecode-background.ts'

export const functionApps: readonly FunctionApp[] = [theonecodeApi, theonecodeBackground, theoneaiApi]

export const all: FunctionApp = { name: 'all', definitions: functionApps.flatMap(({ definitions }) => definitions) }
