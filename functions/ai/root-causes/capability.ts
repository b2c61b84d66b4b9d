// Root causes of tickets.
import type { Definitions, Tables } from '../../platform/capability.ts'
import { planRootCause, readRootCauseSource, reportRootCause, writeRootCause } from './activities.ts'
import { cancelRootCause, readRootCause, requestRootCause } from './endpoints.ts'
import { rootCauseFlow } from './orchestration.ts'

export const api: Definitions = [
  requestRootCause,
  readRootCause,
  cancelRootCause,
  rootCauseFlow,
  planRootCause,
  readRootCauseSource,
  reportRootCause,
  writeRootCause,
]

export const tables: Tables = async () => {
  const { rootCauseTable } = await import('./root-cause-table.ts')
  return [rootCauseTable]
}
