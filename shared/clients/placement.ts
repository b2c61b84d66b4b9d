// Where work of a client goes in PSA, and how urgent it is there: what the tenant has set for the client, or for itself (SET-1).
import type { PsaTicketDraft } from '../peers/psa/ticket-contract.ts'
import type { Store } from '../store/store.ts'
import { type EffectiveSettings, resolveSettings } from '../tenants/tenant-settings.ts'
import type { Client } from './client-directory.ts'

export type Placement = {
  /** Undefined for work that is not mapped to a client. */
  readonly client: Client | undefined
  readonly settings: Pick<EffectiveSettings, 'ticketBoard' | 'ticketType' | 'ticketAssignee' | 'severityMapping'>
}

/** Where a person sorts work that belongs to no company of PSA: the only board that takes it. */
export const triageBoard = 'triage'

export const findPlacement = async (
  store: Store,
  tenantId: string,
  client: Client | undefined,
): Promise<Placement> => ({ client, settings: await resolveSettings(store, tenantId, client?.clientId) })

/** Board, company and assignee. A company is never guessed. */
export const placeOf = ({
  client,
  settings,
}: Placement): Pick<PsaTicketDraft, 'board' | 'companyId' | 'assigneeId'> => ({
  ...(client?.psaCompanyId === undefined
    ? { board: triageBoard, companyId: null }
    : { board: settings.ticketBoard, companyId: client.psaCompanyId }),
  ...(settings.ticketAssignee !== undefined && { assigneeId: settings.ticketAssignee }),
})

type TicketPlace = Pick<PsaTicketDraft, 'board' | 'companyId' | 'priority' | 'type' | 'assigneeId'>

/** @param usual.type unless the settings have one */
export const ticketPlaceOf = (
  placement: Placement,
  usual: { readonly type: string; readonly severity: keyof EffectiveSettings['severityMapping'] },
): TicketPlace => {
  const { severityMapping, ticketType = usual.type } = placement.settings
  return { ...placeOf(placement), priority: severityMapping[usual.severity], type: ticketType }
}

/**
 * The line of a text that names the client.
 * @param unmapped says what there is instead of a client, and what to do about it
 */
export const clientLineOf = (client: Client | undefined, unmapped: string): string => {
  if (!client) return `Client: ${unmapped}`
  return client.psaCompanyId === undefined
    ? `Client: ${client.name}, whose PSA company is unknown. Add the company id in The One Code.`
    : `Client: ${client.name}`
}
