// Tickets of The One Code: file findings as PSA tickets, and list the tickets that came of it (CODE-1, CODE-2).
import { integrationKey, session } from '../../../shared/auth/caller.ts'
import { isAppError } from '../../../shared/errors.ts'
import { http } from '../../../shared/triggers/http.ts'

/** What goes in and out. Like the work itself, it is loaded by the first call: a cold start pays only for what every call needs. */
const contract = () => import('./contract.ts')

const psaErrors = [
  'peer-unavailable',
  'peer-timeout',
  'peer-unauthorized',
  'peer-rejected',
  'peer-invalid-response',
  'storage-unavailable',
  'conflict',
] as const

export const fileTickets = http({
  name: 'code-file-tickets',
  method: 'POST',
  route: 'code/tickets',
  summary: 'Files one finding, or up to 50 at once, as PSA tickets. Each finding has one ticket',
  integration: 'code→psa',
  operation: 'file tickets',
  callers: [session('code', { atLeast: 'member' }), integrationKey('code:tickets:write')],
  needs: ['DATA_STORAGE', 'PSA_API_URL', 'PSA_SERVICE_KEY'],
  contract,
  body: 'Filing',
  bodyBytesMax: 1_048_576,
  returns: {
    201: 'FiledTicket',
    200: 'FiledTicketOrReport',
  },
  errors: psaErrors,
  handler: async ({ body, store, now, tenantId, actor, services }) => {
    const findings = 'findings' in body ? body.findings : [body]
    const pathOf = (index: number): string => ('findings' in body ? `body.findings.${index}` : 'body')
    const filing = {
      store,
      psa: await services.psa(),
      now,
      tenantId,
      filedBy: actor,
    }
    const { fileUsable, idOf } = await import('./usable-findings.ts')
    const { filedAlone, reportOf } = await import('./filing-report.ts')
    const results = await fileUsable(filing, findings, pathOf)
    if ('findings' in body)
      return {
        status: 200,
        body: reportOf(findings.map(idOf), results, now()),
        mayDiffer: results.some(mayPass),
      }
    const filed = filedAlone(results, now())
    return { status: filed.outcome === 'created' ? 201 : 200, body: filed }
  },
})

/** What is wrong with the finding itself stays wrong. */
const mayPass = (result: unknown): boolean => isAppError(result) && result.code !== 'validation-failed'

export const readTickets = http({
  name: 'code-list-tickets',
  method: 'GET',
  route: 'code/tickets',
  summary:
    'Lists the tickets created from findings, newest first, with their current status in PSA. All given filters must match',
  integration: 'code→psa',
  operation: 'read tickets',
  callers: [session('code', { atLeast: 'viewer' }), integrationKey('code:tickets:read')],
  needs: ['DATA_STORAGE'],
  contract,
  query: 'Listing',
  returns: { 200: 'LinkedTickets' },
  errors: ['storage-unavailable'],
  handler: async ({ query: { limit, cursor, findingId, ...filter }, tenantId, store, now, services }) => {
    const listing = { store, psa: services.forReading.psa, now, tenantId }
    const { listTickets, listTicketsOfFinding } = await import('./listing.ts')
    const page =
      findingId === undefined
        ? await listTickets(listing, { limit, cursor, filter })
        : await listTicketsOfFinding(listing, findingId, filter)
    return { status: 200, body: { ...page, tickets: [...page.tickets] } }
  },
})
