// Hands definitions to an app of `@azure/functions`. The app is a parameter: the host, the build and the tests all use this.
import type {
  HttpHandler,
  HttpTriggerOptions,
  ServiceBusQueueFunctionOptions,
  TimerFunctionOptions,
} from '@azure/functions'
import type { Services } from '../services.ts'
import type { HttpDefinition } from './http.ts'
import { serveHttp } from './http-pipeline.ts'
import type { SubscriberDefinition } from './subscriber.ts'
import { serveSubscriber } from './subscriber-pipeline.ts'
import { type TimerDefinition, serveTimer } from './timer.ts'

export type Definition = HttpDefinition | SubscriberDefinition | TimerDefinition

/** The part of `app` from `@azure/functions` that is used. */
export type FunctionsApp = {
  readonly http: (name: string, options: HttpTriggerOptions & { handler: HttpHandler }) => void
  readonly timer: (name: string, options: TimerFunctionOptions) => void
  readonly serviceBusQueue: (name: string, options: ServiceBusQueueFunctionOptions) => void
}

/** Registers each definition. It does no I/O and throws for nothing but a name that is registered twice. */
export const register = (app: FunctionsApp, definitions: readonly Definition[], services: Services): void => {
  for (const definition of definitions) {
    switch (definition.kind) {
      case 'http':
        app.http(definition.name, {
          methods: [definition.method],
          route: definition.route,
          // Access keys of the host identify nobody; every definition says itself whom it takes.
          authLevel: 'anonymous',
          handler: serveHttp(definition, services),
        })
        break
      case 'subscriber':
        app.serviceBusQueue(definition.name, {
          queueName: definition.queue,
          connection: 'SERVICE_BUS',
          handler: serveSubscriber(definition, services),
        })
        break
      case 'timer':
        app.timer(definition.name, { schedule: definition.schedule, handler: serveTimer(definition, services) })
        break
    }
  }
}
