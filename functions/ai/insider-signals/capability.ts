// Signals of insider threats: what is unusual about somebody's work, by rules, to those whom People lets see it.
import type { Definitions, Tables } from '../../platform/capability.ts'
import { insiderSignalSubscriber } from './subscriber.ts'
import { finishInsiderSignals } from './timers.ts'

export const background: Definitions = [insiderSignalSubscriber, finishInsiderSignals]

export const tables: Tables = async () => {
  const { insiderSignalTable, unfinishedSignals } = await import('./signal-table.ts')
  return [insiderSignalTable, unfinishedSignals.table]
}
