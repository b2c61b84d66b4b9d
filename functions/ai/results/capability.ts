// Results of AI features that are made when something happens, and written into the product where it did.
import type { Definitions, Tables } from '../../platform/capability.ts'
import { callSubscriber, investigationSubscriber } from './subscribers.ts'
import { reconcileResults } from './timers.ts'

export const background: Definitions = [investigationSubscriber, callSubscriber, reconcileResults]

export const tables: Tables = async () => {
  const [{ narrativeTables }, { recapTables }] = await Promise.all([
    import('./attack-narrative/result.ts'),
    import('./call-recap/result.ts'),
  ])
  return [narrativeTables, recapTables].flatMap(({ table, unfinished }) => [table, unfinished.table])
}
