// Tells why an orchestration waits: in its progress while a step of it is tried again, and as an incident once that has lasted.
import { attemptsUntilIncident } from '../bus/retry-delay.ts'
import type { AppError } from '../errors.ts'
import type { StepInput } from '../flows/flow-envelope.ts'
import type { Services } from '../services.ts'
import { log } from '../telemetry/log.ts'

/** More are not remembered: of one that is forgotten, the progress says for a few minutes too long that it waits. */
const failingMax = 1_000

export type StepWaits = {
  /** The step failed, and Durable tries it again. Never throws: that it cannot be told must not hide what failed. */
  readonly failed: (input: StepInput, error: AppError) => Promise<void>
  /** The step went through. Costs nothing unless it failed here before. */
  readonly passed: (input: StepInput) => Promise<void>
}

/** @param step name of the activity */
export const watchStep = (step: string, services: Services): StepWaits => {
  const failing = new Set<string>()
  const keyOf = ({ tenantId, requestId }: StepInput): string => `${tenantId} ${requestId}`
  return {
    failed: async (input, error) => {
      failing.add(keyOf(input))
      if (failing.size > failingMax) failing.clear()
      try {
        const tools = { store: services.store(), now: services.now }
        const { recordWait } = await import('../flows/flow-wait.ts')
        const { attempts } = await recordWait(tools, input, step, error)
        if (attempts < attemptsUntilIncident) return
        const { recordIncident } = await import('../incidents/incident-recording.ts')
        await recordIncident(tools, { ...input.work, tenantId: input.tenantId, error })
      } catch (telling) {
        log.error('flow.wait.not_recorded', { function: step, requestId: input.requestId, error: telling })
      }
    },
    passed: async (input) => {
      if (!failing.delete(keyOf(input))) return
      try {
        const { forgetWait } = await import('../flows/flow-wait.ts')
        await forgetWait(services.store(), input)
      } catch (error) {
        log.warn('flow.wait.not_forgotten', { function: step, requestId: input.requestId, error })
      }
    },
  }
}
