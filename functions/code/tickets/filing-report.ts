// What the caller is told of the findings that were filed.
import { AppError } from '../../../shared/errors.ts'
import { problemTypeOf } from '../../../shared/http/problem.ts'
import type { FilingReport } from './contract.ts'
import type { Finding } from './finding.ts'
import { type LinkedTicket, linkedTicketOf } from './linked-ticket.ts'
import type { Filed } from './standing.ts'

/** The result of a finding that was filed alone. Throws why it has no ticket. */
export const filedAlone = (
  [result]: readonly (Filed | AppError)[],
  now: Date,
): { readonly outcome: Filed['outcome']; readonly ticket: LinkedTicket } => {
  if (!result || result instanceof AppError) throw result ?? new AppError('internal', 'The finding got no result.')
  return { outcome: result.outcome, ticket: linkedTicketOf(result.ticket, { live: true, now }) }
}

/** When nothing could be filed at all, that is the answer; else each finding says for itself. */
export const reportOf = (
  findings: readonly Finding[],
  results: readonly (Filed | AppError)[],
  now: Date,
): FilingReport => {
  const [first] = results
  if (first instanceof AppError && results.every((result) => result instanceof AppError)) throw first
  const told = findings.map(({ findingId }, index): FilingReport['results'][number] => {
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
  return { results: told }
}
