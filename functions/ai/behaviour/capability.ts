// Behaviour of devices: what Defend sees them do, scored against what is usual for each.
import type { Definitions, Tables } from '../../platform/capability.ts'
import { takeDeviceEvents } from './endpoints.ts'
import { deviceActivitySubscriber } from './subscriber.ts'
import { sendBehaviourScores } from './timers.ts'

export const api: Definitions = [takeDeviceEvents]

export const background: Definitions = [deviceActivitySubscriber, sendBehaviourScores]

export const tables: Tables = async () => {
  const { behaviourTable, unsentPending } = await import('./behaviour-table.ts')
  return [behaviourTable, unsentPending.table]
}
