// The timer that goes on with starts which a crash, or a task hub that was away, cut off.
import { log } from '../../shared/telemetry/log.ts'
import type { OrchestrationDefinition } from '../../shared/triggers/orchestration.ts'
import { type TimerDefinition, timer } from '../../shared/triggers/timer.ts'

/**
 * @param name ends with `-timer`
 * @param orchestrations those of the same app: nobody else has their task hub
 */
export const flowStartTimer = (name: string, orchestrations: readonly OrchestrationDefinition[]): TimerDefinition =>
  timer({
    name,
    schedule: '45 * * * * *',
    summary: 'Starts orchestrations that could not be started when they were requested',
    integration: 'suite→flows',
    operation: `start orchestrations (${name})`,
    needs: ['DATA_STORAGE', 'MESSAGE_RETRY_SECONDS'],
    minutesMax: 4,
    flows: true,
    handler: async ({ store, now, signal, flows }) => {
      const { sweepFlowStarts } = await import('../../shared/flows/flow-start-sweep.ts')
      const parts = { store, now, flows }
      const counts = await sweepFlowStarts(parts, new Set(orchestrations.map((flow) => flow.name)), signal)
      if (counts.resumed > 0 || counts.left > 0) log.info('flow.starts.swept', counts)
    },
  })
