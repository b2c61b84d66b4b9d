// What this suite asks of The One CRM, as functions over the contract.
import * as z from 'zod'
import { checkedFor } from '../../peer-client/checked-argument.ts'
import { idPages } from '../../peer-client/id-pages.ts'
import { type OperationCall, operationCall } from '../../peer-client/operation-call.ts'
import { type PeerClient, type PeerClientOptions, createPeerClient } from '../../peer-client/peer-client.ts'
import {
  ReadCrmHealth,
  ReadCrmOpportunitiesFound,
  type ReadCrmOpportunity,
  readCrmOpportunitiesOf,
  readCrmOpportunityExists,
  readCrmOpportunityOf,
} from './answers.ts'
import { CrmExternalReference, type CrmOpportunityDraft, CrmOpportunityId, crmLimits } from './contract.ts'
import { crmContract } from './operations.ts'
import { type CrmEnrichmentClient, createCrmEnrichmentClient } from './enrichment-client.ts'
import { type CrmViewClient, createCrmViewClient } from './view-client.ts'

const checked = checkedFor('CRM')

/**
 * Every function throws the `AppError`s of `PeerClient.call`, and `validation-failed` before anything is sent when an argument
 * breaks the contract. All are safe to repeat.
 */
export type CrmClient = CrmViewClient &
  CrmEnrichmentClient & {
    /**
     * `exists`: CRM has an opportunity with the draft's external reference already, and made no second one.
     * @throws AppError `peer-rejected` with `details.peerStatus` 422 for a company that CRM does not know
     */
    readonly createOpportunity: (
      tenantId: string,
      draft: CrmOpportunityDraft,
    ) => Promise<{ readonly outcome: 'created' | 'exists'; readonly opportunity: ReadCrmOpportunity }>
    readonly findOpportunityByReference: (
      tenantId: string,
      externalReference: string,
    ) => Promise<ReadCrmOpportunity | undefined>
    /** Those of the ids that CRM knows, in no promised order. Any number: asked for in pages. */
    readonly getOpportunities: (tenantId: string, ids: readonly string[]) => Promise<readonly ReadCrmOpportunity[]>
    /** Resolves when CRM answers and accepts the key. */
    readonly checkHealth: (tenantId: string) => Promise<ReadCrmHealth>
  }

/** @param connection a client that exists already, or what to make one from */
export const createCrmClient = (connection: PeerClient | Omit<PeerClientOptions, 'peer'>): CrmClient => {
  const peer = 'call' in connection ? connection : createPeerClient({ ...connection, peer: 'crm' })
  const call = operationCall(peer, crmContract)

  return {
    ...opportunityReads(call),
    ...createCrmViewClient(call),
    ...createCrmEnrichmentClient(call),
    createOpportunity: async (tenantId, draft) => {
      const { externalReference } = draft
      const answer = await call('createOpportunity', {
        tenantId,
        body: draft,
        answers: { 201: readCrmOpportunityOf(externalReference), 409: readCrmOpportunityExists(externalReference) },
      })
      return answer.status === 201
        ? { outcome: 'created', opportunity: answer.body }
        : { outcome: 'exists', opportunity: answer.body.opportunity }
    },
    checkHealth: async (tenantId) => {
      const { body } = await call('checkHealth', { tenantId, answers: { 200: ReadCrmHealth } })
      return body
    },
  }
}

const opportunityReads = (
  call: OperationCall<typeof crmContract>,
): Pick<CrmClient, 'findOpportunityByReference' | 'getOpportunities'> => ({
  findOpportunityByReference: async (tenantId, externalReference) => {
    const { body } = await call('listOpportunities', {
      tenantId,
      query: { externalReference: checked(CrmExternalReference, externalReference, 'externalReference') },
      answers: { 200: ReadCrmOpportunitiesFound },
    })
    return body.opportunities.find((opportunity) => opportunity.externalReference === externalReference)
  },
  getOpportunities: async (tenantId, ids) => {
    const wanted = checked(z.array(CrmOpportunityId), [...new Set(ids)], 'ids')
    const opportunities: ReadCrmOpportunity[] = []
    for (const page of idPages(wanted, crmLimits.idsPerRead)) {
      const { body } = await call('listOpportunities', {
        tenantId,
        query: { ids: page.join(',') },
        answers: { 200: readCrmOpportunitiesOf(page) },
      })
      opportunities.push(...body.opportunities)
    }
    return opportunities
  },
})
