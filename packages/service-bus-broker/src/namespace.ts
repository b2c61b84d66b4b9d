// All entities of the bus, and the way of a message through them: rules, forwarding, dead-letter queues.
import type { Clock } from './clock.ts'
import type { Entities, QueueDefinition, SubscriptionDefinition, TopicDefinition } from './entities.ts'
import type { FateLog } from './fate-log.ts'
import { type Inlet, type Place, createInlet, shorter } from './inlet.ts'
import { parseMessage } from './message.ts'
import { type Peeked, type Queue, createQueue } from './queue.ts'
import { matchesRules } from './rules.ts'
import type { MessageRow, Store } from './store.ts'

/** What a client can address. */
export type Entity = {
  readonly name: string
  /** What may be received from it; a topic has none. */
  readonly queue?: Queue
  /** The name of the entity that it forwards to: nothing can be received from it then. */
  readonly forwardTo?: string
  /** Absent where only the broker puts messages. */
  readonly inlet?: Inlet
  readonly peek: (from: number, count: number) => readonly Peeked[]
}

export type Namespace = {
  /** By its address, in any case: `name`, `topic/Subscriptions/name`, each with or without `/$DeadLetterQueue`. */
  readonly find: (address: string) => Entity | undefined
  readonly runDue: () => void
  /** Unix time in ms before which `runDue` has nothing to do. */
  readonly nextDue: () => number
}

type Parts = {
  readonly store: Store
  readonly clock: Clock
  readonly log: FateLog
  readonly onReady: (queue: Queue) => void
}

type Due = { readonly runDue: () => void; readonly nextDue: () => number }

type Building = {
  readonly parts: Parts
  /** By lower-case address. */
  readonly entities: Map<string, Entity>
  readonly dues: Due[]
  /** Who takes in the stored messages of a path. */
  readonly loaders: Map<string, (row: MessageRow) => void>
}

/** Takes in what the store holds. */
export const openNamespace = ({ queues, topics }: Entities, parts: Parts): Namespace => {
  const building: Building = { parts, entities: new Map(), dues: [], loaders: new Map() }
  for (const definition of queues) addQueue(building, definition)
  for (const definition of topics) addTopic(building, definition)
  loadStored(building)
  forwardWaiting(building)
  const { entities, dues } = building
  return {
    find: (address) => entities.get(address.toLowerCase().replace(/^\//, '')),
    runDue: () => {
      for (const { runDue } of dues) runDue()
    },
    nextDue: () => Math.min(...dues.map(({ nextDue }) => nextDue())),
  }
}

const deadLetterSuffix = '/$DeadLetterQueue'

type QueueProperties = (QueueDefinition | SubscriptionDefinition)['properties']

/** With its dead-letter queue. */
const addReceivable = (
  { parts, entities, dues, loaders }: Building,
  name: string,
  properties: QueueProperties,
): Queue => {
  const common = { lockMs: properties.lockDuration, deadLettersExpired: properties.deadLetteringOnMessageExpiration }
  const deadLetters = createQueue(
    { ...common, name: `${name}${deadLetterSuffix}`, deliveriesMax: Number.POSITIVE_INFINITY },
    parts,
    parts.onReady,
  )
  const queue = createQueue(
    { ...common, name, deliveriesMax: properties.maxDeliveryCount },
    { ...parts, deadLetters },
    parts.onReady,
  )
  for (const each of [queue, deadLetters]) {
    dues.push(each)
    loaders.set(each.path, each.load)
  }
  entities.set(deadLetters.path, { name: deadLetters.name, queue: deadLetters, peek: deadLetters.peek })
  return queue
}

/** Into the queue, or on to where it forwards to. */
const placeIn = ({ entities, parts }: Building, queue: Queue, properties: QueueProperties): Place => {
  const { forwardTo, defaultMessageTimeToLive } = properties
  if (forwardTo !== undefined) return (travelling) => entities.get(forwardTo.toLowerCase())?.inlet?.accept(travelling)
  return ({ message, origin, unusedId, ttl }) => {
    const now = parts.clock.now()
    const life = shorter(ttl, defaultMessageTimeToLive)
    const row: MessageRow = {
      id: unusedId ?? parts.store.nextSequence(),
      path: queue.path,
      state: 'active',
      deliveries: 0,
      enqueuedAt: now,
      expiresAt: life === undefined ? undefined : now + life,
      dueAt: undefined,
    }
    queue.add(row, { content: message.content, ttl, originSequence: origin })
  }
}

const forwarding = ({ forwardTo }: QueueProperties): { readonly forwardTo?: string } =>
  forwardTo === undefined ? {} : { forwardTo }

const addQueue = (building: Building, { name, properties }: QueueDefinition): void => {
  const queue = addReceivable(building, name, properties)
  // A queue applies its time to live when the message comes in, not when it is sent for later.
  const settings = { ...properties, defaultMessageTimeToLive: undefined }
  const inlet = createInlet(name, settings, building.parts, placeIn(building, queue, properties))
  building.dues.push(inlet.schedule)
  building.loaders.set(queue.path, (row) => (row.state === 'scheduled' ? inlet.schedule : queue).load(row))
  const peek = (from: number, count: number): readonly Peeked[] =>
    [...queue.peek(from, count), ...inlet.schedule.peek(from, count)].sort((a, b) => a.id - b.id).slice(0, count)
  building.entities.set(queue.path, { name, queue, inlet, ...forwarding(properties), peek })
}

const addTopic = (building: Building, { name, properties, subscriptions }: TopicDefinition): void => {
  const { parts, entities } = building
  const targets = subscriptions.map((definition) => {
    const queue = addReceivable(building, `${name}/Subscriptions/${definition.name}`, definition.properties)
    entities.set(queue.path, { name: queue.name, queue, ...forwarding(definition.properties), peek: queue.peek })
    return { rules: definition.rules, place: placeIn(building, queue, definition.properties) }
  })
  const inlet = createInlet(name, properties, parts, ({ message, origin, ttl }) => {
    const takers = targets.filter(({ rules }) => matchesRules(message, rules))
    for (const { place } of takers) place({ message, origin, ttl })
    if (takers.length === 0)
      parts.log('dropped: no subscription takes it', name, message.content, { label: message.system.label })
  })
  building.dues.push(inlet.schedule)
  building.loaders.set(name.toLowerCase(), inlet.schedule.load)
  entities.set(name.toLowerCase(), { name, inlet, peek: inlet.schedule.peek })
}

const loadStored = ({ parts, loaders }: Building): void => {
  const orphans = new Map<string, number>()
  for (const row of parts.store.rows()) {
    const load = loaders.get(row.path)
    if (load === undefined) orphans.set(row.path, (orphans.get(row.path) ?? 0) + 1)
    else load(row)
  }
  for (const [path, messages] of orphans) parts.log('kept, but its entity is gone', path, undefined, { messages })
}

/** The entities file may say only since the last start that a queue forwards. */
const forwardWaiting = ({ parts: { store }, entities }: Building): void => {
  for (const { queue, forwardTo } of entities.values()) {
    const target = forwardTo === undefined ? undefined : entities.get(forwardTo.toLowerCase())?.inlet
    if (queue === undefined || target === undefined) continue
    for (const id of queue.forgetReady()) {
      const { content, ttl, originSequence } = store.read(id)
      store.remove(id)
      target.accept({ message: parseMessage(content), origin: originSequence, ttl })
    }
  }
}
