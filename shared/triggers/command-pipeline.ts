// The way of every command: read it, carry it out; what fails is sent again for later, or parked, as the messages of subscribers are.
import type { FunctionHandler } from '@azure/functions'
import type { Services } from '../services.ts'
import type { CommandDefinition } from './command.ts'
import { handlerInput } from './handler-tools.ts'
import { serveMessage } from './message-pipeline.ts'

/** The handler that `@azure/functions` calls for this definition. It throws as that of a subscriber. */
export const serveCommand =
  (definition: CommandDefinition, services: Services): FunctionHandler =>
  (delivered, context) =>
    serveMessage(definition, services, { delivered, context }, async (message, progress, work) => {
      const { readCommand } = await import('./command-message.ts')
      const { data, ...facts } = await readCommand(definition.command, message.json)
      progress.event = facts
      services.config.require(...(definition.needs ?? []))
      // Our own app vouches for the tenant: only its functions can send to the queue.
      progress.tenantId = facts.tenantid
      return work((signal) =>
        definition.handler(
          handlerInput(services, {
            tenantId: facts.tenantid,
            data,
            signal,
            flows: async () => (await import('../flows/flow-client.ts')).createFlowClient(services, context),
          }) as never,
        ),
      )
    })
