// Keeps security tickets that are open in PSA, and all that leads to them.
import { renewOpen } from '../../../shared/effects/renewal.ts'
import type { Services } from '../../../shared/services.ts'
import type { Row } from '../../../shared/store/entity.ts'
import { securityTicketRecord } from './security-ticket-effect.ts'
import { type DetectionRow, type GroupRow, type TicketRow, securityTicketTable } from './security-ticket-table.ts'

/** @param signal aborted when the run has to stop: what is left waits for the next night */
export const renewSecurityTickets = (services: Services, signal: AbortSignal): Promise<void> =>
  renewOpen(
    {
      ...securityTicketRecord,
      table: securityTicketTable,
      peer: ({ psa }) => psa(),
      recordsOf: async (store, { kind, row }) => {
        if (kind === 'ticket') return [row as Row<TicketRow>]
        const { ticket } = store.open(securityTicketTable)
        const { tenantId } = row.value as DetectionRow | GroupRow
        const refs =
          kind === 'group'
            ? (row.value as GroupRow).windows.map((window) => window.ref)
            : [(row.value as DetectionRow).ref]
        return Promise.all(refs.map((ref) => ticket.get({ tenantId, ref })))
      },
      isClosed: ({ made }) => made?.status === 'closed' || made?.status === 'resolved',
    },
    services,
    signal,
  )
