// Which messages of a topic a subscription takes. Correlation filters: "Topic filters and actions" (Microsoft Learn).
import type { CorrelationFilter } from './entities.ts'
import type { Message, SystemProperties } from './message.ts'

const systemNames = [
  'messageId',
  'to',
  'label',
  'replyTo',
  'correlationId',
  'contentType',
  'sessionId',
  'replyToSessionId',
] as const satisfies readonly (keyof SystemProperties)[]

type Matched = Pick<Message, 'system' | 'applicationProperties'>

/** Every condition must hold; texts are compared as they are, case and all. */
export const matchesFilter = ({ system, applicationProperties }: Matched, filter: CorrelationFilter): boolean =>
  systemNames.every((name) => filter[name] === undefined || filter[name] === system[name]) &&
  Object.entries(filter.properties ?? {}).every(
    ([name, value]) => Object.hasOwn(applicationProperties, name) && applicationProperties[name] === value,
  )

/** One rule is enough; without rules everything is taken. */
export const matchesRules = (
  message: Matched,
  rules: readonly { readonly correlationFilter: CorrelationFilter }[],
): boolean => rules.length === 0 || rules.some(({ correlationFilter }) => matchesFilter(message, correlationFilter))
