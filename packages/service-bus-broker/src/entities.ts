// The queues, topics and subscriptions of the bus, as a file that both this broker and the Bicep read (`loadJsonContent`). Names and
// limits are those of Microsoft.ServiceBus/namespaces/{queues,topics,topics/subscriptions,…/rules}@2024-01-01.
import { readFileSync } from 'node:fs'
import { z } from 'zod'
import { parseDuration } from './duration.ts'

const duration = (minMs: number, maxMs: number, range: string) =>
  z.string().transform((text, context) => {
    const ms = parseDuration(text)
    if (ms !== undefined && ms >= minMs && ms <= maxMs) return ms
    context.addIssue({ code: 'custom', message: `must be an ISO 8601 duration ${range}, not "${text}"` })
    return z.NEVER
  })

const second = 1_000
const day = 86_400_000

const lockDuration = duration(5 * second, 300 * second, 'from PT5S to PT5M').default(60 * second)
/** Above this ARM's own "for ever" begins. */
const timeToLive = duration(second, Number.MAX_SAFE_INTEGER, 'of at least PT1S').optional()
const duplicateWindow = duration(20 * second, 7 * day, 'from PT20S to P7D').default(600 * second)
const maxDeliveryCount = z.int().min(1).max(2_000).default(10)

/** Means something on Azure and nothing here. */
const onlyOnAzure = {
  maxSizeInMegabytes: z.int().positive().optional(),
  enableBatchedOperations: z.boolean().optional(),
  enablePartitioning: z.literal(false).optional(),
  supportOrdering: z.boolean().optional(),
}

const name = (lengthMax: number, allowed: RegExp, description: string) =>
  z.string().max(lengthMax).regex(allowed, `must be ${description}`)

const entityName = name(
  260,
  /^[A-Za-z0-9](?:[\w./-]*[A-Za-z0-9])?$/,
  'letters, digits and ". - _ /", with a letter or digit at both ends',
)
const partName = name(50, /^(?:\$Default|[A-Za-z0-9](?:[\w.-]*[A-Za-z0-9])?)$/, 'letters, digits and ". - _"')

export const CorrelationFilter = z
  .strictObject({
    contentType: z.string().optional(),
    correlationId: z.string().optional(),
    /** The subject of a message. */
    label: z.string().optional(),
    messageId: z.string().optional(),
    replyTo: z.string().optional(),
    replyToSessionId: z.string().optional(),
    sessionId: z.string().optional(),
    to: z.string().optional(),
    /** Application properties; ARM knows only texts here. */
    properties: z.record(z.string(), z.string()).optional(),
  })
  .refine(
    ({ properties, ...system }) =>
      Object.values(system).some((value) => value !== undefined) || Object.keys(properties ?? {}).length > 0,
    'must have at least one condition; leave out "rules" to take every message',
  )
export type CorrelationFilter = z.infer<typeof CorrelationFilter>

const receivable = {
  lockDuration,
  maxDeliveryCount,
  defaultMessageTimeToLive: timeToLive,
  deadLetteringOnMessageExpiration: z.boolean().default(false),
  forwardTo: entityName.optional(),
  requiresSession: z.literal(false, 'must be false: sessions are not supported here').optional(),
}

const sendable = {
  requiresDuplicateDetection: z.boolean().default(false),
  duplicateDetectionHistoryTimeWindow: duplicateWindow,
}

const Queue = z.strictObject({
  name: entityName,
  properties: z.strictObject({ ...receivable, ...sendable, ...onlyOnAzure }).prefault({}),
})

const Subscription = z.strictObject({
  name: partName,
  properties: z
    .strictObject({
      ...receivable,
      deadLetteringOnFilterEvaluationExceptions: z.boolean().optional(),
      enableBatchedOperations: z.boolean().optional(),
    })
    .prefault({}),
  rules: z.array(z.strictObject({ name: partName, correlationFilter: CorrelationFilter })).default([]),
})

const Topic = z.strictObject({
  name: entityName,
  properties: z.strictObject({ defaultMessageTimeToLive: timeToLive, ...sendable, ...onlyOnAzure }).prefault({}),
  subscriptions: z.array(Subscription).default([]),
})

const Shape = z.strictObject({
  $schema: z.string().optional(),
  queues: z.array(Queue).default([]),
  topics: z.array(Topic).default([]),
})

export type QueueDefinition = z.infer<typeof Queue>
export type SubscriptionDefinition = z.infer<typeof Subscription>
export type TopicDefinition = z.infer<typeof Topic>

type Definitions = z.infer<typeof Shape>

/** Azure dead-letters a message that was forwarded more often. */
const hopsMax = 4

const doubles = (names: readonly string[]): readonly string[] => [
  ...new Set(names.filter((each, index) => names.findIndex((other) => sameName(each, other)) !== index)),
]
const sameName = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase()

/** Where each entity forwards to, by lower-case name; a topic forwards to wherever its subscriptions do. */
const forwardsOf = ({ queues, topics }: Definitions): ReadonlyMap<string, readonly string[]> => {
  const targets = (properties: readonly { readonly forwardTo?: string | undefined }[]): string[] =>
    properties.flatMap(({ forwardTo }) => (forwardTo === undefined ? [] : [forwardTo.toLowerCase()]))
  return new Map([
    ...queues.map((queue) => [queue.name.toLowerCase(), targets([queue.properties])] as const),
    ...topics.map(
      (topic) => [topic.name.toLowerCase(), targets(topic.subscriptions.map(({ properties }) => properties))] as const,
    ),
  ])
}

const faultsOfForwards = (definitions: Definitions): readonly string[] => {
  const forwards = forwardsOf(definitions)
  const unknown = [...forwards].flatMap(([from, targets]) =>
    targets
      .filter((target) => !forwards.has(target))
      .map((target) => `${from} forwards to "${target}", which is neither a queue nor a topic of this file`),
  )
  const follow = (path: readonly string[]): readonly string[] => {
    const last = path.at(-1) ?? ''
    if (path.indexOf(last) < path.length - 1) return [`forwarding goes in a circle: ${path.join(' -> ')}`]
    if (path.length - 1 > hopsMax) return [`forwarding takes more than ${hopsMax} hops: ${path.join(' -> ')}`]
    return (forwards.get(last) ?? []).flatMap((target) => follow([...path, target]))
  }
  return [...unknown, ...[...forwards.keys()].flatMap((start) => follow([start]))]
}

const faultsOfNames = ({ queues, topics }: Definitions): readonly string[] => [
  ...doubles([...queues, ...topics].map(({ name: each }) => each)).map((each) => `"${each}" is defined twice`),
  ...topics.flatMap((topic) => [
    ...doubles(topic.subscriptions.map(({ name: each }) => each)).map(
      (each) => `subscription "${each}" of "${topic.name}" is defined twice`,
    ),
    ...topic.subscriptions.flatMap((subscription) =>
      doubles(subscription.rules.map(({ name: each }) => each)).map(
        (each) => `rule "${each}" of "${topic.name}/${subscription.name}" is defined twice`,
      ),
    ),
  ]),
]

/** Durations in it are in ms once it is parsed. */
export const Entities = Shape.superRefine((definitions, context) => {
  for (const message of [...faultsOfNames(definitions), ...faultsOfForwards(definitions)])
    context.addIssue({ code: 'custom', message })
})
export type Entities = z.infer<typeof Entities>
/** As it is written in the file: durations are texts, what has a default may be left out. */
export type EntitiesFile = z.input<typeof Entities>

/** @throws Error that names the file and every fault in it */
export const readEntities = (file: string): Entities => {
  const parsed = Entities.safeParse(parseJson(file))
  if (parsed.success) return parsed.data
  const faults = parsed.error.issues.map(
    ({ path, message }) => `  ${path.length > 0 ? `${path.join('.')}: ` : ''}${message}`,
  )
  throw new Error(`${file} does not describe the entities of a Service Bus:\n${faults.join('\n')}`)
}

const parseJson = (file: string): unknown => {
  try {
    return JSON.parse(readFileSync(file, 'utf8'))
  } catch (cause) {
    throw new Error(`${file} cannot be read as JSON: ${String(cause)}`, { cause })
  }
}
