// Tickets of The One Code: file findings as PSA tickets, and list the tickets that came of it (CODE-1, CODE-2).
import * as z from 'zod'
import { actorOf, integrationKey, session } from '../../../shared/auth/caller.ts'
import { AppError } from '../../../shared/errors.ts'
import { problemTypeOf } from '../../../shared/http/problem.ts'
import { http } from '../../../shared/triggers/http.ts'
import { Finding, Findings, OpaqueId } from './finding.ts'
import { LinkedTicket, linkedTicketOf } from './linked-ticket.ts'
import type { Filed } from './standing.ts'

const FilingReport = z
  .object({
    results: z.array(
      z.object({
        findingId: z.string(),
        outcome: z.enum(['created', 'existing', 'noted', 'reopened', 'failed']),
        ticket: LinkedTicket.nullable().describe('Null when it failed'),
        problem: z.object({ type: z.string(), detail: z.string() }).optional(),
      }),
    ),
  })
  .meta({ id: 'FilingReport', description: 'One result for each finding, in their order' })

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
  summary: 'File one finding, or up to 50 at once, as PSA tickets. The same finding always has one ticket',
  callers: [session('code', { atLeast: 'member' }), integrationKey('code:tickets:write')],
  needs: ['DATA_STORAGE', 'PSA_API_URL', 'PSA_SERVICE_KEY'],
  body: z.union([Finding, Findings]),
  bodyBytesMax: 1_048_576,
  returns: { 201: LinkedTicket, 200: z.union([LinkedTicket, FilingReport]) },
  errors: psaErrors,
  handler: async ({ body, caller, services }) => {
    const findings = 'findings' in body ? body.findings : [body]
    await refuseSecretsAsIds(findings, 'findings' in body ? (index) => `body.findings.${index}` : () => 'body')
    const { tenantId } = caller
    const filing = {
      store: services.store(),
      psa: await services.psa(),
      now: services.now,
      tenantId,
      filedBy: actorOf(caller),
    }
    // Loaded by the first call that needs it: a cold start pays only for what every call needs.
    const { fileFindings } = await import('./filing.ts')
    const results = await fileFindings(filing, findings)
    if ('findings' in body) return { status: 200, body: { results: reportOf(findings, results, services.now()) } }
    const [result] = results
    if (!result || result instanceof AppError) throw result ?? new AppError('internal', 'The finding got no result.')
    const linked = linkedTicketOf(result.ticket, { live: true, now: services.now() })
    return result.outcome === 'created' ? { status: 201, body: linked } : { status: 200, body: linked }
  },
})

/** A secret that was put where The One Code's own id of it belongs: the schema cannot tell, its shape can. */
const refuseSecretsAsIds = async (findings: readonly Finding[], pathOf: (index: number) => string): Promise<void> => {
  const { looksLikeSecret } = await import('./secret-redaction.ts')
  for (const [index, finding] of findings.entries())
    if (finding.type === 'secret_detected' && (await looksLikeSecret(finding.secretId)))
      throw new AppError('validation-failed', "A secretId looks like a secret. Send The One Code's own id of it.", {
        details: { errors: [{ path: `${pathOf(index)}.secretId`, message: 'looks like the value of a secret' }] },
      })
}

/** When nothing could be filed at all, that is the answer; else each finding says for itself. */
const reportOf = (
  findings: readonly Finding[],
  results: readonly (Filed | AppError)[],
  now: Date,
): z.input<typeof FilingReport>['results'] => {
  const [first] = results
  if (first instanceof AppError && results.every((result) => result instanceof AppError)) throw first
  return findings.map(({ findingId }, index) => {
    const result = results[index]
    if (result && !(result instanceof AppError))
      return { findingId, outcome: result.outcome, ticket: linkedTicketOf(result.ticket, { live: true, now }) }
    const error = result ?? new AppError('internal', 'The finding got no result.')
    return {
      findingId,
      outcome: 'failed',
      ticket: null,
      problem: { type: problemTypeOf(error.code), detail: error.message },
    }
  })
}

export const readTickets = http({
  name: 'code-list-tickets',
  method: 'GET',
  route: 'code/tickets',
  summary: 'Tickets created from findings, newest first, with their present status in PSA',
  callers: [session('code', { atLeast: 'viewer' }), integrationKey('code:tickets:read')],
  needs: ['DATA_STORAGE'],
  query: z.strictObject({
    limit: z
      .string()
      .regex(/^(?:[1-9]\d?|100)$/, 'must be a number from 1 to 100')
      .default('25')
      .transform(Number)
      .describe('1 to 100 tickets, 25 unless told'),
    cursor: z.string().max(2_000).optional().describe('nextCursor of the page before'),
    findingId: OpaqueId.optional().describe('Only the tickets of this finding'),
  }),
  returns: {
    200: z
      .object({
        tickets: z.array(LinkedTicket),
        psaAvailable: z.boolean().describe('False: each status is the last known one'),
        nextCursor: z.string().optional().describe('Absent on the last page'),
      })
      .meta({ id: 'LinkedTickets' }),
  },
  errors: ['storage-unavailable'],
  handler: async ({ query: { limit, cursor, findingId }, caller: { tenantId }, services }) => {
    const listing = { store: services.store(), psa: services.psaForReading, now: services.now, tenantId }
    const { listTickets, listTicketsOfFinding } = await import('./listing.ts')
    const page =
      findingId === undefined
        ? await listTickets(listing, { limit, cursor })
        : await listTicketsOfFinding(listing, findingId)
    return { status: 200, body: { ...page, tickets: [...page.tickets] } }
  },
})
