// The shape of a function that handles events from the bus, through a queue of its own.
import type { EventName } from '../bus/catalogue.ts'
import type { Event } from '../bus/event.ts'
import type { SettingName } from '../config/settings.ts'
import type { FlowClient } from '../flows/flow-client.ts'
import type { Integration } from '../integrations.ts'
import type { HandlerTools } from './handler-tools.ts'
import type { Uses } from './uses.ts'

/** `duplicate`: the effect was there already. `ignored`: the event asks nothing of this subscriber. */
export type HandledOutcome = 'completed' | 'duplicate' | 'ignored'

type Definition<Name extends EventName> = {
  /** Ends with `-subscriber`. */
  readonly name: string
  readonly summary: string
  /** A queue of `shared/bus/entities.json`, to which the subscription of the same name forwards. */
  readonly queue: string
  /** Every other type of the catalogue is ignored. */
  readonly events: readonly Name[]
  /** The pair of products and the direction, as incidents name it: `hub→psa`. */
  readonly integration: Integration
  /** What it does, as incidents say it: `keep PSA agent in step`. */
  readonly operation: string
  /** How much a failure matters: `high` wakes somebody up. */
  readonly severity?: 'high' | 'normal'
  /** Settings without which it retries. Storage, the bus and Hub's directory are needed by every subscriber. */
  readonly needs?: readonly SettingName[]
  readonly uses?: Uses
  /** How long the work may take before it is given up for this time; 4 unless told, and less than `functionTimeout` of host.json. */
  readonly minutesMax?: number
  /** It starts orchestrations. */
  readonly flows?: true
  /**
   * The work. It may be called twice for one event, late, and out of order: what it does must come out the same. An `AppError` whose code
   * is retried (`shared/error-table.ts`) sends the message again later, for 24 hours; any other parks it with an incident.
   * @param input.signal aborted when the time is up
   */
  readonly handler: (
    input: HandlerTools & {
      readonly event: Event<Name>
      /** That of the event: Hub knows it. */
      readonly tenantId: string
      readonly signal: AbortSignal
      /** Only with `flows: true`. */
      readonly flows: () => Promise<FlowClient>
    },
  ) => Promise<HandledOutcome>
}

/** A definition whose types have served their purpose. */
export type SubscriberDefinition = Omit<Definition<EventName>, 'handler'> & {
  readonly kind: 'subscriber'
  readonly handler: (
    input: HandlerTools & {
      readonly event: never
      readonly tenantId: string
      readonly signal: AbortSignal
      readonly flows: () => Promise<FlowClient>
    },
  ) => Promise<HandledOutcome>
}

const neededByAll = ['DATA_STORAGE', 'SERVICE_BUS', 'MESSAGE_RETRY_SECONDS', 'HUB_API_URL', 'HUB_SERVICE_KEY'] as const

/** Declares a subscriber. Nothing happens until `register` hands it to an app. */
export const subscriber = <const Name extends EventName>(definition: Definition<Name>): SubscriberDefinition => ({
  kind: 'subscriber',
  ...definition,
  needs: [...new Set<SettingName>([...neededByAll, ...(definition.needs ?? [])])],
})
