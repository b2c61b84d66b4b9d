// WorkDNA: how somebody works, shown to whom People shows it.
import type { Definitions } from '../../platform/capability.ts'
import { readWorkDna } from './endpoints.ts'

export const api: Definitions = [readWorkDna]
