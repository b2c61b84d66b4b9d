// What the handler of a timer is given when a test calls it: everything but orchestrations, for which there is no host.
import type { FlowClient } from '../../shared/flows/flow-client.ts'
import type { Services } from '../../shared/services.ts'
import { handlerInput } from '../../shared/triggers/handler-tools.ts'

const noFlows = (): Promise<FlowClient> => Promise.reject(new Error('This test has no host for orchestrations.'))

export const timerInput = (services: Services, signal: AbortSignal = new AbortController().signal) =>
  handlerInput(services, { signal, flows: noFlows })
