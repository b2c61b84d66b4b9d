// Tickets of The One Code under trial.
import { randomUUID } from 'node:crypto'
import { fileFindings } from '../../../functions/code/tickets/filing.ts'
import { incidentOf } from '../../../functions/code/tickets/incident.ts'
import { renewTickets } from '../../../functions/code/tickets/renewal.ts'
import { ticketEffect } from '../../../functions/code/tickets/ticket-effect.ts'
import { filingPending, ticketTable } from '../../../functions/code/tickets/ticket-table.ts'
import type { Services } from '../../../shared/services.ts'
import { vulnerability } from '../../support/findings.ts'
import { psaControl } from '../../support/psa-control.ts'
import type { EffectUnderTrial } from './effect-trial.ts'
import { mapToNewClient } from './opportunity-trial.ts'

export const tickets = (services: Services, psaUrl: string): EffectUnderTrial => ({
  name: 'a ticket',
  ...incidentOf,
  trial: async () => {
    const tenantId = `tenant-${randomUUID()}`
    const psa = psaControl(psaUrl, tenantId)
    const finding = vulnerability()
    return {
      tenantId,
      pending: filingPending,
      ask: async ({ store, psa: client, now }) => {
        const filing = { store: store(), psa: await client(), now, tenantId, filedBy: 'user:u' }
        const [result] = await fileFindings(filing, [finding], () => 'body')
        if (result instanceof Error) throw result
      },
      sweep: (swept) => ticketEffect.sweep(swept, new AbortController().signal),
      states: async () => {
        const { rows } = await services.store().open(ticketTable).ticket.list({ tenantId }, { limit: 100 })
        return rows.map(({ value }) => value.state)
      },
      inPeer: async () => (await psa.tickets()).length,
      refuse: () => psa.setFaults({ operation: 'createTicket', kind: 'status', status: 422 }),
      accept: async () => {
        await psa.clearFaults()
        await mapToNewClient(services, tenantId, finding.repository.id)
      },
      table: ticketTable,
      renew: (renewed) => renewTickets(renewed, AbortSignal.timeout(60_000)),
      setEnded: async (isEnded) => {
        const status = isEnded ? 'closed' : 'in_progress'
        for (const { id } of await psa.tickets()) await psa.change(id, { status })
      },
    }
  },
})
