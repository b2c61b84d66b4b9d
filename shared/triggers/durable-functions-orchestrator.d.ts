// The part of durable-functions 3.5 that makes the handler of an orchestration trigger. Its public way also registers the function, which
// would have to load the whole library with the app.
declare module 'durable-functions/lib/src/util/testingUtils.js' {
  import type { FunctionHandler } from '@azure/functions'
  import type { OrchestrationHandler } from 'durable-functions'

  export const createOrchestrator: (handler: OrchestrationHandler) => FunctionHandler
}
