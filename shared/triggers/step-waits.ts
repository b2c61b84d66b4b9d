// Tells why an orchestration waits: in its progress while a step of it is tried again, and as an incident once that has lasted.
import { attemptsUntilIncident } from '../bus/retry-delay.ts'
import type { ErrorCode } from '../error-table.ts'
import type { AppError } from '../errors.ts'
import type { StepInput } from '../flows/flow-envelope.ts'
import { canonicalJson } from '../http/canonical-json.ts'
import type { Services } from '../services.ts'
import { log } from '../telemetry/log.ts'

/** More are not remembered: of one that is forgotten, the progress says for a few minutes too long that it waits. */
const failingMax = 1_000

export type StepWaits = {
  /** The step failed, and Durable tries it again. Never throws: that it cannot be told must not hide what failed. */
  readonly failed: (input: StepInput, error: AppError) => Promise<void>
  /**
   * The step went through: what it had failed with is over, for others as well. Costs nothing unless it failed here before.
   * @param begunAt of the attempt that did
   */
  readonly passed: (input: StepInput, begunAt: Date) => Promise<void>
}

/** @param step name of the activity */
export const watchStep = (step: string, services: Services): StepWaits => {
  const failing = new Map<string, ErrorCode>()
  const keyOf = ({ tenantId, requestId, input }: StepInput): string =>
    `${tenantId} ${requestId} ${canonicalJson(input ?? null)}`
  return {
    failed: async (input, error) => {
      if (failing.size >= failingMax) failing.clear()
      failing.set(keyOf(input), error.code)
      try {
        const tools = { store: services.store(), now: services.now }
        const { recordWait } = await import('../flows/flow-wait.ts')
        const { attempts } = await recordWait(tools, input, step, error)
        if (attempts < attemptsUntilIncident) return
        const { recordIncident } = await import('../incidents/incident-recording.ts')
        // The first time all tries until then are told of.
        const times = attempts === attemptsUntilIncident ? attempts : 1
        await recordIncident(tools, { ...input.work, tenantId: input.tenantId, error, times })
      } catch (telling) {
        log.error('flow.wait.not_recorded', { function: step, requestId: input.requestId, error: telling })
      }
    },
    passed: async (input, begunAt) => {
      const code = failing.get(keyOf(input))
      if (code === undefined) return
      failing.delete(keyOf(input))
      try {
        const { recordSuccess } = await import('../incidents/success.ts')
        const { tenantId, work } = input
        await recordSuccess({ store: services.store(), now: services.now }, { ...work, tenantId, begunAt, code })
        const { forgetWait } = await import('../flows/flow-wait.ts')
        await forgetWait(services.store(), input)
      } catch (error) {
        log.warn('flow.wait.not_forgotten', { function: step, requestId: input.requestId, error })
      }
    },
  }
}
