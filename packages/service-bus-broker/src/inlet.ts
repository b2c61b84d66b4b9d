// The way in to a queue or topic: duplicates are dropped, what is for later is kept until then.
import type { Clock } from './clock.ts'
import type { TopicDefinition } from './entities.ts'
import type { FateLog } from './fate-log.ts'
import { type Message, parseMessage } from './message.ts'
import { type Schedule, createSchedule } from './schedule.ts'
import type { MessageRow, Store } from './store.ts'

export type Inlet = {
  /** Takes all of them in; returns their sequence numbers, in order. */
  readonly send: (messages: readonly Message[]) => readonly number[]
  /** Takes in what another entity forwards. */
  readonly accept: Place
  readonly schedule: Schedule
}

/** A message on its way through the entities. */
export type Travelling = {
  readonly message: Message
  /** The sequence number that it got first. */
  readonly origin: number
  /** Set as long as no entity has used that number. */
  readonly unusedId?: number
  /** In ms: the shortest of those that it met. */
  readonly ttl: number | undefined
}

export type Place = (travelling: Travelling) => void

type InletParts = { readonly store: Store; readonly clock: Clock; readonly log: FateLog }

type SendSettings = TopicDefinition['properties']

export const createInlet = (name: string, settings: SendSettings, parts: InletParts, place: Place): Inlet => {
  const { store, clock } = parts
  const isDuplicate = createDuplicateFilter(name, settings, parts)
  const schedule = createSchedule({
    name,
    ...parts,
    activate: ({ content, ttl, originSequence }) =>
      place({ message: parseMessage(content), origin: originSequence, ttl }),
  })
  const accept: Place = (travelling) => {
    if (!isDuplicate(travelling.message)) place(travelling)
  }
  const sendOne = (message: Message): number => {
    const id = store.nextSequence()
    const ttl = shorter(message.ttl, settings.defaultMessageTimeToLive)
    const { scheduledFor = 0, content } = message
    if (scheduledFor <= clock.now()) accept({ message, origin: id, unusedId: id, ttl })
    else if (!isDuplicate(message))
      schedule.add(scheduledRow(id, name.toLowerCase(), scheduledFor), { content, ttl, originSequence: id })
    return id
  }
  return { accept, schedule, send: (messages) => messages.map(sendOne) }
}

export const shorter = (a: number | undefined, b: number | undefined): number | undefined =>
  a === undefined ? b : Math.min(a, b ?? a)

const scheduledRow = (id: number, path: string, dueAt: number): MessageRow & { readonly dueAt: number } => ({
  id,
  path,
  state: 'scheduled',
  deliveries: 0,
  enqueuedAt: dueAt,
  expiresAt: undefined,
  dueAt,
})

const createDuplicateFilter = (
  name: string,
  { requiresDuplicateDetection, duplicateDetectionHistoryTimeWindow: windowMs }: SendSettings,
  { store, clock, log }: InletParts,
): ((message: Message) => boolean) => {
  if (!requiresDuplicateDetection) return () => false
  const path = name.toLowerCase()
  return ({ content, system }) => {
    const now = clock.now()
    store.forgetDuplicates(path, now - windowMs)
    if (!store.isDuplicate(path, system.messageId, now - windowMs, now)) return false
    log('dropped as duplicate', name, content)
    return true
  }
}
