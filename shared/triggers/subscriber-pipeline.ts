// The way of every event: read it, check publisher and tenant, handle it.
import type { InvocationContext } from '@azure/functions'
import type { Event } from '../bus/event.ts'
import type { Services } from '../services.ts'
import { handlerInput } from './handler-tools.ts'
import { serveMessage } from './message-pipeline.ts'
import type { SubscriberMessage } from './subscriber-message.ts'
import type { SubscriberDefinition } from './subscriber.ts'

/**
 * The handler that `@azure/functions` calls for this definition. It throws only when a failure could be kept nowhere: then the broker
 * delivers the message again, and in the end dead-letters it.
 */
export const serveSubscriber =
  (definition: SubscriberDefinition, services: Services) =>
  (delivered: unknown, context: InvocationContext): Promise<void> =>
    serveMessage(definition, services, { delivered, context }, async (message, progress, work) => {
      const event = await eventOf(message)
      progress.event = event
      if (!definition.events.includes(event.type)) return 'ignored'
      services.config.require(...(definition.needs ?? []))
      await (await services.tenants()).requireTenant(event.tenantid)
      progress.tenantId = event.tenantid
      const { tenantid: tenantId } = event
      const flows = async () => (await import('../flows/flow-client.ts')).createFlowClient(services, context)
      return work((signal) =>
        definition.handler(handlerInput(services, { event: event as never, tenantId, signal, flows })),
      )
    })

const eventOf = async ({ json, publisher, firstAttemptAt }: SubscriberMessage): Promise<Event> => {
  const { readEvent } = await import('../bus/event.ts')
  return readEvent(json, { sentBy: publisher, receivedAt: firstAttemptAt })
}
