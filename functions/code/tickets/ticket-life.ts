// What happens to a finding that has a ticket already: decided from facts alone, so that every case can be read and tested here.
import { type ReadPsaTicket, closedAtOf } from '../../../shared/peers/psa/answers.ts'
import type { Claim } from './ticket-table.ts'

/**
 * - `same`: nothing new; the ticket stands as it is
 * - `note`: found again while open, or known by a further id; the ticket says so
 * - `reopen`: found again within 30 days of being closed
 * - `renew`: found again later, or PSA no longer has the ticket; a new one is made
 */
export type NextStep = 'same' | 'note' | 'reopen' | 'renew'

const reopenDaysMax = 30

/**
 * @param psaTicket the ticket as PSA has it now; undefined when it was deleted there
 * @param detectedAt when the finding was seen this time
 * @param hasNewIds it is known by an id that the ticket does not name
 */
export const nextStep = (
  claim: Pick<Claim, 'lastDetectedAt'>,
  psaTicket: Pick<ReadPsaTicket, 'status' | 'closedAt'> | undefined,
  detectedAt: string,
  hasNewIds = false,
): NextStep => {
  const detected = Date.parse(detectedAt)
  const isNewDetection = detected > Date.parse(claim.lastDetectedAt)
  if (!psaTicket) return 'renew'
  const closedAt = closedAtOf(psaTicket)
  if (closedAt === null) return isNewDetection || hasNewIds ? 'note' : 'same'
  // What was seen before the ticket was closed says nothing about whether the fix holds.
  const closed = Date.parse(closedAt)
  if (!isNewDetection || detected <= closed) return 'same'
  return detected - closed <= reopenDaysMax * 86_400_000 ? 'reopen' : 'renew'
}
