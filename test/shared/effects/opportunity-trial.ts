// Opportunities of The One Code under trial.
import { randomUUID } from 'node:crypto'
import { incidentOf } from '../../../functions/code/opportunities/incident.ts'
import { openOpportunity } from '../../../functions/code/opportunities/opening.ts'
import { openingPending, opportunityTable } from '../../../functions/code/opportunities/opportunity-table.ts'
import { opportunityEffect } from '../../../functions/code/opportunities/opportunity-effect.ts'
import { renewOpportunities } from '../../../functions/code/opportunities/renewal.ts'
import { clientMappingTable } from '../../../functions/code/clients/client-mapping.ts'
import { clientTable } from '../../../shared/clients/client-directory.ts'
import type { Services } from '../../../shared/services.ts'
import { crmControl } from '../../support/crm-control.ts'
import { migration } from '../../functions/code/opportunities/crm-sales.ts'
import type { EffectUnderTrial } from './effect-trial.ts'

export const opportunities = (services: Services, crmUrl: string): EffectUnderTrial => ({
  name: 'an opportunity',
  ...incidentOf,
  trial: async () => {
    const tenantId = `tenant-${randomUUID()}`
    const crm = crmControl(crmUrl, tenantId)
    const finding = migration()
    return {
      tenantId,
      pending: openingPending,
      ask: ({ store, crm: client, forReading, now }) =>
        openOpportunity(
          { store: store(), crm: client, crmForReading: forReading.crm, now, tenantId, openedBy: 'user:u' },
          finding,
        ),
      sweep: (swept) => opportunityEffect.sweep(swept, new AbortController().signal),
      states: async () => {
        const { rows } = await services.store().open(opportunityTable).opportunity.list({ tenantId }, { limit: 100 })
        return rows.map(({ value }) => value.state)
      },
      inPeer: async () => (await crm.opportunities()).length,
      refuse: () => crm.setFaults({ operation: 'createOpportunity', kind: 'status', status: 422 }),
      accept: async () => {
        await crm.clearFaults()
        await mapToNewClient(services, tenantId, finding.repository.id)
      },
      table: opportunityTable,
      renew: (renewed) => renewOpportunities(renewed, AbortSignal.timeout(60_000)),
      setEnded: async (isEnded) => {
        for (const { id } of await crm.opportunities()) await crm.setStage(id, isEnded ? 'won' : 'open')
      },
    }
  },
})

/** Makes every draft another one. */
export const mapToNewClient = async (services: Services, tenantId: string, repositoryId: string): Promise<void> => {
  const clientId = `client-${randomUUID()}`
  const store = services.store()
  await store.open(clientTable).client.upsert({ tenantId, clientId, name: clientId })
  await store
    .open(clientMappingTable)
    .mapping.upsert({ tenantId, source: 'repository', sourceId: repositoryId, clientId })
}
