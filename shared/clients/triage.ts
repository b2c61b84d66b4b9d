// Tickets of a company that PSA does not know: made where a person sorts them, and told to whoever can mend it.
import type { PeerTools } from '../effects/effect-row.ts'
import type { EffectNames } from '../effects/sweep.ts'
import { AppError, isAppError } from '../errors.ts'
import { recordIncident } from '../incidents/incident-recording.ts'
import type { ReadPsaTicket } from '../peers/psa/answers.ts'
import type { PsaClient } from '../peers/psa/client.ts'
import type { PsaTicketDraft } from '../peers/psa/ticket-contract.ts'
import { triageBoard } from './placement.ts'

type Of = Pick<EffectNames, 'integration' | 'severity'> & {
  readonly tenantId: string
  /** Undefined or empty for none. */
  readonly clientId: string | undefined
}

/** Not the operation that makes tickets: its next success, for another client, would resolve the incident. */
const operation = 'find company of client'

/** As the draft says, or on the triage board when PSA does not know the company. Throws as `createTicket`. */
export const createOrTriage = async (
  { store, peer: psa, now }: PeerTools<PsaClient>,
  draft: PsaTicketDraft,
  { tenantId, clientId, integration, severity }: Of,
): Promise<{ readonly outcome: 'created' | 'exists'; readonly ticket: ReadPsaTicket }> => {
  const { companyId } = draft
  try {
    return await psa.createTicket(tenantId, draft)
  } catch (error) {
    if (companyId === null || !isAppError(error, 'company-unknown')) throw error
    const subjects = [...(clientId ? [`client ${clientId}`] : []), `company ${companyId}`]
    const named = new AppError(error.code, error.message, { cause: error, details: { ...error.details, subjects } })
    // Before the ticket is made: whoever repeats this after a crash finds the ticket, and would not come here again.
    await recordIncident({ store, now }, { integration, operation, severity, error: named, tenantId, thing: companyId })
    return psa.createTicket(tenantId, { ...draft, board: triageBoard, companyId: null })
  }
}
