// Hands definitions to an app of `@azure/functions`. The app is a parameter: the host, the build and the tests all use this.
import type {
  FunctionInput,
  GenericFunctionOptions,
  HttpHandler,
  HttpTriggerOptions,
  ServiceBusQueueFunctionOptions,
  TimerFunctionOptions,
} from '@azure/functions'
import { flowClientInput } from '../flows/flow-client-input.ts'
import type { Services } from '../services.ts'
import type { ActivityDefinition } from './activity.ts'
import { serveActivity } from './activity-pipeline.ts'
import type { CommandDefinition } from './command.ts'
import { serveCommand } from './command-pipeline.ts'
import type { HttpDefinition } from './http.ts'
import { serveHttp } from './http-pipeline.ts'
import type { OrchestrationDefinition } from './orchestration.ts'
import { serveOrchestration } from './orchestration-pipeline.ts'
import type { SubscriberDefinition } from './subscriber.ts'
import { serveSubscriber } from './subscriber-pipeline.ts'
import { serveTimer } from './timer-pipeline.ts'
import type { TimerDefinition } from './timer.ts'

export type Definition =
  | ActivityDefinition
  | CommandDefinition
  | HttpDefinition
  | OrchestrationDefinition
  | SubscriberDefinition
  | TimerDefinition

/** The part of `app` from `@azure/functions` that is used. */
export type FunctionsApp = {
  readonly http: (name: string, options: HttpTriggerOptions & { handler: HttpHandler }) => void
  readonly timer: (name: string, options: TimerFunctionOptions) => void
  readonly generic: (name: string, options: GenericFunctionOptions) => void
  readonly serviceBusQueue: (name: string, options: ServiceBusQueueFunctionOptions) => void
}

/** Registers each definition. It does no I/O and throws for nothing but a name that is registered twice. */
export const register = (app: FunctionsApp, definitions: readonly Definition[], services: Services): void => {
  for (const definition of definitions) {
    switch (definition.kind) {
      case 'activity':
        app.generic(definition.name, {
          trigger: { type: 'activityTrigger', name: 'step' },
          handler: serveActivity(definition, services),
        })
        break
      case 'command':
        app.serviceBusQueue(definition.name, {
          ...withFlows(definition.flows),
          ...messageTrigger(definition.queue),
          handler: serveCommand(definition, services),
        })
        break
      case 'http':
        app.http(definition.name, {
          ...withFlows(definition.flows),
          methods: [definition.method],
          route: definition.route,
          // Access keys of the host identify nobody; every definition says itself whom it takes.
          authLevel: 'anonymous',
          handler: serveHttp(definition, services),
        })
        break
      case 'orchestration':
        app.generic(definition.name, {
          trigger: { type: 'orchestrationTrigger', name: 'flow' },
          handler: serveOrchestration(definition),
        })
        break
      case 'subscriber':
        app.serviceBusQueue(definition.name, {
          ...withFlows(definition.flows),
          ...messageTrigger(definition.queue),
          handler: serveSubscriber(definition, services),
        })
        break
      case 'timer':
        app.timer(definition.name, {
          ...withFlows(definition.flows),
          schedule: definition.schedule,
          handler: serveTimer(definition, services),
        })
        break
    }
  }
}

/**
 * As bytes: of a text that is JSON the host copies each member over what the broker says of the message, ignoring case, so that a sender
 * could name its own publisher.
 */
const messageTrigger = (queueName: string) => ({ queueName, connection: 'SERVICE_BUS', dataType: 'binary' })

/** The client of Durable, for a function that starts orchestrations or asks for them. */
const withFlows = (flows: true | undefined): { extraInputs?: FunctionInput[] } =>
  flows ? { extraInputs: [{ ...flowClientInput }] } : {}
