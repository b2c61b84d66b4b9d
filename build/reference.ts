// What docs/reference.md says, from the code: functions and who may call them (R10), problems, settings, tables. `npm run docs` writes it.
import { functionApps } from '../functions/apps/all.ts'
import { tables } from '../functions/apps/tables.ts'
import type { CallerRule } from '../shared/auth/caller.ts'
import { catalogue } from '../shared/bus/catalogue.ts'
import { settings } from '../shared/config/settings.ts'
import { errorTable } from '../shared/error-table.ts'
import { usualRate } from '../shared/http/rate-limit.ts'
import type { RowKind } from '../shared/store/table.ts'
import type { Definition } from '../shared/triggers/register.ts'

type Line = readonly string[]

const events = Object.entries(catalogue)

const table = (head: Line, lines: readonly Line[]): string =>
  [head, head.map(() => '---'), ...lines].map((cells) => `| ${cells.map(cell).join(' | ')} |`).join('\n')

const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ')

const caller = (rule: CallerRule): string => {
  switch (rule.kind) {
    case 'session':
      return `${rule.product} session, ${rule.atLeast} or more`
    case 'integration':
      return `integration key with \`${rule.scope}\``
    case 'operator':
      return `operator with \`${rule.role}\` and an access to the organization`
    case 'platform':
      return `operator with ${rule.roles.map((role) => `\`${role}\``).join(' or ')}`
    case 'anyone':
      return 'anyone'
  }
}

const httpLine = (definition: Definition): readonly Line[] =>
  definition.kind === 'http'
    ? [
        [
          `\`${definition.method} /api/${definition.route}\``,
          definition.summary,
          definition.callers.map(caller).join('; '),
          `${(definition.rate ?? usualRate).perMinute} a minute by ${(definition.rate ?? usualRate).by}`,
        ],
      ]
    : []

const timerLine = (definition: Definition): readonly Line[] =>
  definition.kind === 'timer' ? [[`\`${definition.name}\``, `\`${definition.schedule}\``, definition.summary]] : []

const subscriberLine = (definition: Definition): readonly Line[] =>
  definition.kind === 'subscriber'
    ? [
        [
          `\`${definition.name}\``,
          `\`${definition.queue}\``,
          definition.events.map((type) => `\`${type}\``).join(', '),
          definition.summary,
          `${definition.integration}: ${definition.operation}`,
        ],
      ]
    : []

const commandLine = (definition: Definition): readonly Line[] =>
  definition.kind === 'command'
    ? [[`\`${definition.name}\``, `\`${definition.command.queue}\``, definition.summary]]
    : []

const flowLine = (definition: Definition): readonly Line[] =>
  definition.kind === 'orchestration' || definition.kind === 'activity'
    ? [[`\`${definition.name}\``, definition.kind, definition.summary]]
    : []

const eventLine = ([type, { version, publisher, data }]: (typeof events)[number]): Line => [
  `\`${type}\``,
  String(version),
  publisher,
  Object.keys(data.shape)
    .map((field) => `\`${field}\``)
    .join(', '),
]

const appSection = ({ name, definitions }: (typeof functionApps)[number]): string => {
  const http = definitions.flatMap(httpLine)
  const timers = definitions.flatMap(timerLine)
  const subscribers = definitions.flatMap(subscriberLine)
  const commands = definitions.flatMap(commandLine)
  const flows = definitions.flatMap(flowLine)
  const needs = [...new Set(definitions.flatMap((definition) => definition.needs ?? []))].sort()
  return [
    `### ${name}`,
    ...(http.length > 0 ? [table(['Route', 'What it does', 'Who may call', 'Rate'], http)] : []),
    ...(timers.length > 0 ? [table(['Timer', 'Schedule (UTC)', 'What it does'], timers)] : []),
    ...(subscribers.length > 0
      ? [table(['Subscriber', 'Queue', 'Events', 'What it does', 'Its incidents'], subscribers)]
      : []),
    ...(commands.length > 0 ? [table(['Command', 'Queue', 'What it does'], commands)] : []),
    ...(flows.length > 0 ? [table(['Orchestration or step', 'Kind', 'What it does'], flows)] : []),
    `Settings it needs: ${needs.map((setting) => `\`${setting}\``).join(', ')}.`,
  ].join('\n\n')
}

const keptFor = ({ keepFor }: RowKind): string => {
  if (keepFor === 'forever') return 'for ever'
  if (keepFor === 'as the row says') return 'until the time that follows from the row itself'
  return `${keepFor.days} ${keepFor.days === 1 ? 'day' : 'days'} after its last write`
}

/** Whose the rows are, by what they hold; what stays when somebody's data is deleted, and why. */
const dataOfText = ({ dataOf }: RowKind): string => {
  if ('nobody' in dataOf) return `nobody: ${dataOf.nobody}`
  const owners = [
    'the organization',
    ...(dataOf.client ? ['its client'] : []),
    ...(dataOf.person ? ['a person'] : []),
    ...(dataOf.names ? ['names people'] : []),
    ...(dataOf.through ? [`by its ${Object.keys(dataOf.through).join(', ')}`] : []),
  ]
  const kept = Object.entries(dataOf.keptOn ?? {}).map(
    ([subject, why]) => `Stays when ${subject === 'tenant' ? 'the organization' : `a ${subject}`} is deleted: ${why}`,
  )
  return [owners.join(', '), ...kept].join('. ')
}

export const reference = (): string =>
  [
    '# Reference',
    'Written by `npm run docs` from the code; a test fails when the two differ.',
    '## Function Apps',
    ...functionApps.map(appSection),
    '## Events',
    'CloudEvents 1.0 in structured JSON, with the extension `tenantid`; `dataschema` is `urn:theonestack:event:<type>:<version>`.',
    table(['Type', 'Version', 'Published by', 'Data'], events.map(eventLine)),
    '## Problems',
    'Every failure of a request is an RFC 9457 problem document whose `type` is `urn:theonestack:problem:<code>`. A message that fails the same way is retried or parked as the table says.',
    table(
      ['Code', 'Status', 'Title', 'What to do', 'In the background', 'Incident of'],
      Object.entries(errorTable).map(([code, { status, title, advice, onMessage, incident }]) => [
        `\`${code}\``,
        String(status),
        title,
        advice,
        onMessage,
        `the ${incident}`,
      ]),
    ),
    '## Settings',
    table(
      ['Setting', 'Needed', 'What it is'],
      Object.entries(settings.shape).map(([name, schema]) => [
        `\`${name}\``,
        schema.safeParse(undefined).success ? 'no' : 'yes',
        schema.description ?? '',
      ]),
    ),
    '## Tables',
    'Every kind of row says how long it is kept; `code-retention-timer` deletes it then. It also says whose data it is, by which it is exported and deleted.',
    table(
      ['Table', 'Rows', 'Kept', 'Whose'],
      tables.flatMap(({ name, kinds }) =>
        Object.entries(kinds).map(([kind, rows]) => [`\`${name}\``, `\`${kind}\``, keptFor(rows), dataOfText(rows)]),
      ),
    ),
    '',
  ].join('\n\n')
