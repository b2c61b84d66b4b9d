// What the caller is told of the findings that were filed.
import type * as z from 'zod'
import { AppError } from '../../../shared/errors.ts'
import { problemTypeOf } from '../../../shared/http/problem.ts'
import type { FiledTicket, FilingReport } from './contract.ts'
import { linkedTicketOf } from './linked-ticket.ts'
import type { Filed } from './standing.ts'

/** The result of a finding that was filed alone. Throws why it has no ticket. */
export const filedAlone = ([result]: readonly (Filed | AppError)[], now: Date): z.input<typeof FiledTicket> => {
  if (!result || result instanceof AppError) throw result ?? new AppError('internal', 'The finding got no result.')
  return { ...linkedTicketOf(result.ticket, { live: true, now }), ...outcomeOf(result) }
}

const outcomeOf = ({ outcome, changed, ignored, priorityRaisedTo }: Filed) => ({
  outcome,
  changed: [...changed],
  ignored: [...ignored],
  priorityRaisedTo: priorityRaisedTo ?? null,
})

const failed = (findingId: string): FilingReport['results'][number] => ({
  findingId,
  outcome: 'failed',
  changed: [],
  ignored: [],
  priorityRaisedTo: null,
  ticketId: null,
})

/** When nothing could be filed at all, that is the answer; else each finding says for itself. */
export const reportOf = (
  findingIds: readonly string[],
  results: readonly (Filed | AppError)[],
  now: Date,
): FilingReport => {
  const [first] = results
  if (first instanceof AppError && results.every((result) => result instanceof AppError)) throw first
  const tickets = new Map(
    results.flatMap((result) => (result instanceof AppError ? [] : [[result.ticket.ref, result.ticket] as const])),
  )
  return {
    tickets: [...tickets.values()].map((ticket) => linkedTicketOf(ticket, { live: true, now })),
    results: findingIds.map((findingId, index): FilingReport['results'][number] => {
      const result = results[index] ?? new AppError('internal', 'The finding got no result.')
      return result instanceof AppError
        ? { ...failed(findingId), problem: { type: problemTypeOf(result.code), detail: result.message } }
        : { findingId, ...outcomeOf(result), ticketId: result.ticket.made.id }
    }),
  }
}
