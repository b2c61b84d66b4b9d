// Security tickets of the AI Platform under trial.
import { randomUUID } from 'node:crypto'
import { fileFromMessage } from '../../../functions/ai/security-tickets/filing.ts'
import { incidentOf } from '../../../functions/ai/security-tickets/incident.ts'
import { renewSecurityTickets } from '../../../functions/ai/security-tickets/renewal.ts'
import { securityTicketTable, unsettledPending } from '../../../functions/ai/security-tickets/security-ticket-table.ts'
import { sweepUnsettled } from '../../../functions/ai/security-tickets/sweep.ts'
import { clientTable } from '../../../shared/clients/client-directory.ts'
import type { Services } from '../../../shared/services.ts'
import { detection } from '../../support/detections.ts'
import { psaControl } from '../../support/psa-control.ts'
import type { EffectUnderTrial } from './effect-trial.ts'

export const securityTickets = (services: Services, psaUrl: string): EffectUnderTrial => ({
  name: 'a security ticket',
  ...incidentOf,
  trial: async () => {
    const tenantId = `tenant-${randomUUID()}`
    const psa = psaControl(psaUrl, tenantId)
    // As it is read from its event: the severity has done its work by then.
    const { severity: _, ...found } = detection()
    return {
      tenantId,
      pending: unsettledPending,
      ask: async ({ store, psa: client, now }) => {
        const signal = AbortSignal.timeout(60_000)
        await fileFromMessage({ store: store(), psa: await client(), now, tenantId, signal }, found)
      },
      sweep: (swept) => sweepUnsettled(swept, AbortSignal.timeout(60_000)),
      states: async () => {
        const { rows } = await services.store().open(securityTicketTable).ticket.list({ tenantId }, { limit: 100 })
        return rows.map(({ value }) => value.state)
      },
      inPeer: async () => (await psa.tickets()).length,
      refuse: () => psa.setFaults({ operation: 'createTicket', kind: 'status', status: 422 }),
      accept: async () => {
        await psa.clearFaults()
        const client = { tenantId, clientId: found.client_id ?? '', name: randomUUID() }
        await services.store().open(clientTable).client.upsert(client)
      },
      table: securityTicketTable,
      renew: (renewed) => renewSecurityTickets(renewed, AbortSignal.timeout(60_000)),
      setEnded: async (isEnded) => {
        const status = isEnded ? 'closed' : 'in_progress'
        for (const { id } of await psa.tickets()) await psa.change(id, { status })
      },
    }
  },
})
