// Service Bus triggers, through the real SDK: https://learn.microsoft.com/azure/azure-functions/functions-bindings-service-bus-trigger
import { availableParallelism } from 'node:os'
import type { ProcessErrorArgs, ServiceBusClient, ServiceBusReceivedMessage } from '@azure/service-bus'
import type { Binding } from './core-types.ts'
import type { JsonObject } from './host-json.ts'
import { type DataType, dataOf, metadataOf } from './service-bus-message.ts'
import { type Settle, createSettling } from './service-bus-settlement.ts'
import { resolvePlaceholders } from './settings.ts'
import { parseTimeSpan } from './timer-schedule.ts'
import type { HostServices, TriggerKind } from './trigger-kind.ts'
import type { HostedFunction } from './hosted-function.ts'

/** What a trigger listens to, and by which app setting it is connected. */
type Source = {
  readonly entity: readonly [queue: string] | readonly [topic: string, subscription: string]
  readonly connection: string
}

const textOf = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined)

const sourceOf = ({ trigger: { binding } }: HostedFunction, settings: HostServices['settings']): Source => {
  const resolve = (name: string): string | undefined => {
    const text = textOf(binding[name])
    return text === undefined ? undefined : resolvePlaceholders(text, settings, `The ${name}`)
  }
  const [queue, topic, subscription] = [resolve('queueName'), resolve('topicName'), resolve('subscriptionName')]
  refuseUnknownOptions(binding)
  if (queue !== undefined) return { entity: [queue], connection: connectionOf(binding, settings) }
  if (topic === undefined || subscription === undefined)
    throw new Error('Its Service Bus trigger names neither a queue nor a topic with a subscription.')
  return { entity: [topic, subscription], connection: connectionOf(binding, settings) }
}

const refuseUnknownOptions = ({ cardinality, isSessionsEnabled, autoCompleteMessages }: Binding): void => {
  if (cardinality === 'many') throw new Error('This host does not deliver Service Bus messages in batches.')
  if (isSessionsEnabled === true) throw new Error('This host knows no Service Bus sessions.')
  if (autoCompleteMessages === false) throw new Error('This host settles Service Bus messages itself only.')
}

const dataTypeOf = ({ dataType }: Binding): DataType => {
  const given = (textOf(dataType) ?? 'string').toLowerCase()
  if (given === 'string' || given === 'binary') return given
  throw new Error(`This host knows no dataType ${String(dataType)}; a Service Bus trigger has "string" or "binary".`)
}

/** `AzureWebJobsServiceBus` unless the binding names another; a name is looked up with the prefix `AzureWebJobs` too. */
const connectionOf = ({ connection }: Binding, settings: HostServices['settings']): string => {
  const name = textOf(connection) ?? 'ServiceBus'
  const value = settings[name] || settings[`AzureWebJobs${name}`]
  if (!value) throw new Error(`Its connection needs the setting ${name}, a Service Bus connection string.`)
  return value
}

type Options = { readonly maxConcurrentCalls: number; readonly maxAutoLockRenewalDurationInMs: number }

/** The part of host.json, with the defaults of the extension (5.x). */
const optionsOf = ({ extensions }: JsonObject): Options => {
  const given = ((extensions as JsonObject | undefined)?.['serviceBus'] ?? {}) as JsonObject
  const duration = given['maxAutoLockRenewalDuration'] ?? '00:05:00'
  const renewalMs = typeof duration === 'string' ? parseTimeSpan(duration) : undefined
  if (renewalMs === undefined)
    throw new Error('host.json: extensions.serviceBus.maxAutoLockRenewalDuration must look like 00:05:00.')
  return {
    maxConcurrentCalls: Number(given['maxConcurrentCalls'] ?? 16 * availableParallelism()),
    maxAutoLockRenewalDurationInMs: renewalMs,
  }
}

type Listener = {
  readonly fn: HostedFunction
  readonly source: Source
  readonly dataType: DataType
  /** Ends the flow of messages; those that were received can still be settled. */
  pause?: () => Promise<void>
}

type Delivering = Pick<HostServices, 'invoke' | 'log'>

/** A run that succeeds completes its message, one that fails gives it back. */
const deliver = async (
  { invoke, log }: Delivering,
  { fn, source, dataType }: Listener,
  settle: Settle,
  message: ServiceBusReceivedMessage,
): Promise<void> => {
  const messageId = String(message.messageId)
  const outcome = await invoke(fn, {
    data: dataOf(message, dataType),
    triggerMetadata: metadataOf(message, dataType),
    reason: `New Service Bus message ${messageId} on ${source.entity.join('/Subscriptions/')}`,
  }).then(
    () => 'complete' as const,
    () => 'abandon' as const,
  )
  try {
    await settle(message, outcome)
  } catch (error) {
    log('warning', `Function.${fn.name}`, `Message ${messageId} could not be settled: ${String(error)}`)
  }
}

const listen = (services: Delivering, client: ServiceBusClient, listener: Listener, options: Options): void => {
  const { fn, source } = listener
  const [entity, subscription] = source.entity
  const { maxAutoLockRenewalDurationInMs, maxConcurrentCalls } = options
  // The bytes as they were sent: the host decides what they are.
  const receiving = { maxAutoLockRenewalDurationInMs, skipParsingBodyAsJson: true }
  const receiver =
    subscription === undefined
      ? client.createReceiver(entity, receiving)
      : client.createReceiver(entity, subscription, receiving)
  const settle = createSettling(receiver)
  const subscribed = receiver.subscribe(
    {
      processMessage: (message) => deliver(services, listener, settle, message),
      processError: async ({ error, errorSource, entityPath }: ProcessErrorArgs) =>
        services.log(
          'error',
          `Function.${fn.name}`,
          `Receiving from ${entityPath} failed (${errorSource}): ${error.message}`,
        ),
    },
    { maxConcurrentCalls, autoCompleteMessages: false },
  )
  listener.pause = () => subscribed.close()
}

export const serviceBusTrigger: TriggerKind = {
  type: 'serviceBusTrigger',
  open: (services) => {
    const { settings, hostJson, log, invoke } = services
    const listeners: Listener[] = []
    const clients = new Map<string, ServiceBusClient>()
    return {
      add: (fn) => {
        listeners.push({ fn, source: sourceOf(fn, settings), dataType: dataTypeOf(fn.trigger.binding) })
      },
      start: async () => {
        const options = optionsOf(hostJson.raw)
        for (const listener of listeners) {
          const { connection } = listener.source
          try {
            const client = clients.get(connection) ?? (await connect(connection))
            clients.set(connection, client)
            listen(services, client, listener, options)
          } catch (error) {
            // As on Azure: the other functions run.
            const { name } = listener.fn
            log(
              'error',
              `Function.${name}`,
              `The listener for function '${name}' was unable to start: ${String(error)}`,
            )
          }
        }
      },
      stop: () => {
        for (const { fn, pause } of listeners)
          void pause?.().catch((error: unknown) =>
            log('warning', `Function.${fn.name}`, `Receiving could not be ended: ${String(error)}`),
          )
      },
      close: async () => {
        await Promise.all([...clients.values()].map((client) => client.close()))
      },
      describe: () => 'serviceBusTrigger',
      runByHand: async (fn, input) => {
        const reason = 'This function was programmatically called via the host APIs.'
        await invoke(fn, { data: { string: input }, reason })
      },
    }
  },
}

const connect = async (connection: string): Promise<ServiceBusClient> => {
  const { ServiceBusClient: Client } = await import('@azure/service-bus')
  return new Client(connection, { retryOptions: { retryDelayInMs: 300, maxRetryDelayInMs: 5_000 } })
}
