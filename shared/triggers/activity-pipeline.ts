// The way of every step of an orchestration: its input against its schema, the work, its result against its schema.
import type { InvocationContext } from '@azure/functions'
import { errorTable } from '../error-table.ts'
import { AppError, toAppError } from '../errors.ts'
import type { StepResult } from '../flows/flow-envelope.ts'
import type { Services } from '../services.ts'
import { log } from '../telemetry/log.ts'
import { continueTrace } from '../telemetry/trace.ts'
import type { ActivityDefinition } from './activity.ts'
import { handlerInput } from './handler-tools.ts'
import { inInvocation } from './invocation.ts'
import { schemaOf } from './schema-source.ts'
import { watchStep } from './step-waits.ts'

/** The handler that `@azure/functions` calls for this definition. It throws what is to be tried again. */
export const serveActivity = (definition: ActivityDefinition, services: Services) => {
  const waits = watchStep(definition.name, services)
  return async (delivered: unknown, context: InvocationContext): Promise<StepResult> => {
    const { StepInput } = await import('../flows/flow-envelope.ts')
    const step = StepInput.parse(delivered)
    return inInvocation(context, continueTrace({ traceparent: step.traceparent }), async () => {
      const started = performance.now()
      const begunAt = services.now()
      const { tenantId, requestId } = step
      const fields = () => ({
        function: definition.name,
        tenantId,
        requestId,
        ms: Math.round(performance.now() - started),
      })
      try {
        services.config.require(...(definition.needs ?? []))
        const input = (await schemaOf(definition.input)).parse(step.input)
        const result = await definition.handler(handlerInput(services, { tenantId, requestId, input }) as never)
        const done: unknown = (await schemaOf(definition.returns)).parse(result)
        await waits.passed(step, begunAt)
        log.info('flow.step.completed', fields())
        return { done }
      } catch (thrown) {
        const error = toAppError(thrown)
        const { onMessage, advice } = errorTable[error.code]
        log.error('flow.step.failed', { ...fields(), error, advice, next: onMessage })
        if (onMessage === 'park') return { failed: { code: error.code, detail: error.message } }
        await waits.failed(step, error)
        // What Durable keeps of it is this text.
        throw new AppError(error.code, `${error.code}: ${error.message}`, { cause: error })
      }
    })
  }
}
