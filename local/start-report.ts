// What `npm start` tells the person at the laptop once everything runs: where things are, and what to try first.
import { demoDetection } from './demo-detection.ts'
import { demoFinding } from './demo-finding.ts'
import { demoTechnicianEmail, hubTenants } from '../shared/peers/hub/stand-in/people.ts'
import { publisherKeys } from './stand-ins/publisher-keys.ts'
import { peerNames, peers } from '../shared/peers/peers.ts'
import type { Stack } from './stack.ts'

const table = (rows: readonly (readonly [string, string, string])[]): string => {
  const width = (column: 0 | 1): number => Math.max(...rows.map((row) => row[column].length))
  return rows.map(([name, url, what]) => `  ${name.padEnd(width(0))}  ${url.padEnd(width(1))}  ${what}`).join('\n')
}

/** For a POSIX shell. */
const quoted = (text: string): string => `'${text.replaceAll("'", String.raw`'\''`)}'`

export const startReport = (
  { urls, integrationKey }: Pick<Stack, 'urls' | 'integrationKey'>,
  dataFolder: string,
): string => {
  const signIn = new URLSearchParams({ login_hint: demoTechnicianEmail, returnTo: '/api/code/session' })
  const tickets = `${urls.functions}/api/code/tickets`
  const defendKey = quoted(`X-Integration-Key: ${publisherKeys.defend}`)
  const detection = demoDetection(hubTenants[0]?.id ?? '', new Date())
  const key = quoted(`X-Integration-Key: ${integrationKey}`)
  return `
${table([
  ['Functions', urls.functions, 'the integration suite, with its API under /api'],
  ...peerNames.map((name) => [peers[name].name, urls[name], peers[name].standIn.shows] as const),
  ['Key Vault', urls.keyVault, 'secrets of the suite, by name'],
  ['Operators', urls.operators, "tokens of the platform's own staff"],
  ['Models', urls.models, 'stand-in of model providers: what was asked'],
  ['Public web', urls.web, 'pages that are read in its place'],
  ['Service Bus', urls.serviceBus, 'message broker for the queues of the functions'],
  ['Storage', urls.tables, 'tables in Azurite, with blobs and queues'],
])}

Sign in to The One Code as a technician:
  ${urls.functions}/api/code/login?${signIn.toString()}

File a ticket for a finding, and list the tickets:
  curl -H ${key} -H 'Content-Type: application/json' -d ${quoted(JSON.stringify(demoFinding))} ${tickets}
  curl -H ${key} ${tickets}

Publish a critical detection as Defend does. Its ticket appears in PSA a moment later:
  curl -H ${defendKey} -H 'Content-Type: application/json' -d ${quoted(JSON.stringify(detection))} ${urls.bus}/v1/events

Ctrl-C stops everything. Data is kept under ${dataFolder}. npm start -- --reset starts with empty data.
`
}
