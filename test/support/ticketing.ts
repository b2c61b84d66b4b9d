// A technician of a new organization who files tickets: the caller, the organization's PSA, and the store behind the functions.
import { z } from 'zod'
import { clientMappingTable } from '../../functions/code/clients/client-mapping.ts'
import { FiledTicket } from '../../functions/code/tickets/contract.ts'
import { LinkedTicket } from '../../functions/code/tickets/linked-ticket.ts'
import type { Finding } from '../../functions/code/tickets/finding.ts'
import type { Stack } from '../../local/stack.ts'
import { type Store, createStore } from '../../shared/store/store.ts'
import { type Client, identity, signIn } from './browser-client.ts'
import { type PsaControl, psaControl } from './psa-control.ts'

const ReportWire = z.strictObject({
  tickets: z.array(LinkedTicket),
  results: z.array(
    z.strictObject({
      findingId: z.string(),
      outcome: z.enum(['created', 'existing', 'noted', 'reopened', 'failed']),
      changed: z.array(z.string()),
      ignored: z.array(z.string()),
      priorityRaisedTo: z.string().nullable(),
      ticketId: z.string().nullable(),
      problem: z.strictObject({ type: z.string(), detail: z.string() }).optional(),
    }),
  ),
})

/** The results of a report, each with the ticket that it refers to. */
export const FilingReport = ReportWire.transform(({ tickets, results }) => ({
  tickets,
  results: results.map((result) => ({ ...result, ticket: tickets.find(({ id }) => id === result.ticketId) ?? null })),
}))

const TicketList = z.strictObject({
  tickets: z.array(LinkedTicket),
  psaAvailable: z.boolean(),
  nextCursor: z.string().optional(),
})
export type TicketList = z.infer<typeof TicketList>

export type Ticketing = {
  readonly tenantId: string
  readonly client: Client
  readonly psa: PsaControl
  readonly store: Store
  readonly post: (body: unknown, headers?: Record<string, string>) => Promise<Response>
  /** Files one finding; throws unless it has a ticket then. */
  readonly file: (
    finding: Finding,
  ) => Promise<{ readonly status: number; readonly ticket: LinkedTicket; readonly filed: z.infer<typeof FiledTicket> }>
  /** Files several at once; throws unless the answer is a report. */
  readonly fileAll: (findings: readonly Finding[]) => Promise<z.infer<typeof FilingReport>['results']>
  readonly list: (query?: Readonly<Record<string, string>>) => Promise<TicketList>
  /** Maps an organization or a repository to a client whose company PSA need not know. */
  readonly mapClient: (mapping: {
    readonly source: 'organization' | 'repository'
    readonly sourceId: string
    readonly clientName: string
    readonly psaCompanyId: string
  }) => Promise<void>
}

export const startTicketing = async (
  { urls, settings }: Pick<Stack, 'urls' | 'settings'>,
  { role = 'member', ...given }: { readonly role?: 'member' | 'viewer'; readonly tenantId?: string } = {},
): Promise<Ticketing> => {
  const who = identity({ role, ...given })
  const client = await signIn(urls, who)
  const { tenantId } = who
  const store = createStore({ connectionString: settings['DATA_STORAGE'] ?? '' })
  const post = (body: unknown, headers?: Record<string, string>): Promise<Response> =>
    client.send('POST', '/api/code/tickets', body, headers)
  return {
    tenantId,
    client,
    psa: psaControl(urls.psa, tenantId),
    store,
    post,
    file: async (finding) => {
      const response = await post(finding)
      const filed = FiledTicket.parse(await answerOf(response, [200, 201]))
      return { status: response.status, ticket: LinkedTicket.parse(filed), filed }
    },
    fileAll: async (findings) => FilingReport.parse(await answerOf(await post({ findings }), [200])).results,
    list: async (query = {}) => {
      const response = await client.fetch(`/api/code/tickets?${new URLSearchParams(query).toString()}`)
      return TicketList.parse(await answerOf(response, [200]))
    },
    mapClient: async (mapping) => {
      const clientId = `client-${mapping.clientName}`
      await store.open(clientMappingTable).mapping.upsert({ tenantId, clientId, ...mapping })
    },
  }
}

const answerOf = async (response: Response, statuses: readonly number[]): Promise<unknown> => {
  if (!statuses.includes(response.status))
    throw new Error(`The functions answered ${response.status}: ${await response.text()}`)
  return response.json()
}
