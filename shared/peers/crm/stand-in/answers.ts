// The CRM contract as the stand-in answers it.
import { z } from 'zod'
import { CrmExternalReference, type CrmHealth, type CrmOpportunity, CrmOpportunityId, crmLimits } from '../contract.ts'
import type { crmContract } from '../operations.ts'
import type { CrmOpportunities, StoredOpportunity } from './state.ts'
import { type Answer, problem, validated } from '../../../../local/stand-ins/http-exchange.ts'
import type { Answers } from '../../../../local/stand-ins/keyed-contract.ts'
import { allOf, idsQuery } from '../../../../local/stand-ins/paging.ts'

/** What of an opportunity the wire shows. */
export const opportunityToWire = (stored: StoredOpportunity, baseUrl: string): CrmOpportunity => ({
  id: stored.id,
  externalReference: stored.externalReference,
  name: stored.name,
  stage: stored.stage,
  companyId: stored.companyId,
  value: stored.value,
  createdAt: stored.createdAt,
  updatedAt: stored.updatedAt,
  url: `${baseUrl}/opportunities/${stored.id}`,
})

type Parts = { readonly opportunities: CrmOpportunities; readonly baseUrl: () => string }

type OwnAnswers = Pick<Answers<typeof crmContract>, 'createOpportunity' | 'listOpportunities' | 'checkHealth'>

export const crmAnswers = (parts: Parts): OwnAnswers => ({
  createOpportunity: ({ tenantId, body: draft }) => {
    const { opportunities, baseUrl } = parts
    const existing = opportunities.findByReference(tenantId, draft.externalReference)
    if (existing) {
      const opportunity = opportunityToWire(existing, baseUrl())
      return problem(409, 'An opportunity has this external reference', { opportunity })
    }
    if (draft.companyId !== null && !opportunities.hasCompany(tenantId, draft.companyId))
      return problem(422, 'There is no such company', { detail: 'Correct companyId, or leave it null.' })
    return { status: 201, body: opportunityToWire(opportunities.create(tenantId, draft), baseUrl()) }
  },
  listOpportunities: ({ tenantId, query }) => listOpportunities(parts, tenantId, query),
  checkHealth: () => ({ status: 200, body: { status: 'ok', version: 'stand-in' } satisfies CrmHealth }),
})

const OpportunityQuery = z.union([
  z.strictObject({ externalReference: CrmExternalReference }),
  idsQuery(CrmOpportunityId, crmLimits.idsPerRead),
])

const listOpportunities = ({ opportunities, baseUrl }: Parts, tenantId: string, query: URLSearchParams): Answer =>
  validated(OpportunityQuery, Object.fromEntries(query), (wanted) => {
    const found =
      'ids' in wanted
        ? allOf(wanted.ids, (id) => opportunities.get(id, tenantId))
        : allOf([wanted.externalReference], (reference) => opportunities.findByReference(tenantId, reference))
    return { status: 200, body: { opportunities: found.map((one) => opportunityToWire(one, baseUrl())) } }
  })
