// For timers that start no orchestration.
import type { FlowClient } from '../../shared/flows/flow-client.ts'

export const noFlows = (): Promise<FlowClient> => Promise.reject(new Error('This test has no host for orchestrations.'))
