// Hands an orchestration over to durable-functions, which is loaded by the first one that runs.
import type { FunctionHandler } from '@azure/functions'
import type { OrchestrationDefinition } from './orchestration.ts'

/** The handler that `@azure/functions` calls for this definition, once for each turn. */
export const serveOrchestration = (definition: OrchestrationDefinition): FunctionHandler => {
  let handler: FunctionHandler | undefined
  return async (trigger, context): Promise<unknown> => {
    const { createFlowHandler } = await import('./flow-runtime.ts')
    handler ??= createFlowHandler(definition)
    return handler(trigger, context)
  }
}
