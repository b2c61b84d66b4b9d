// The control API of the CRM stand-in: its opportunities and companies, beside what every stand-in has.
import { z } from 'zod'
import { CrmCompanyId, CrmStage } from '../contract.ts'
import { opportunityToWire } from './answers.ts'
import type { CrmOpportunities, StoredOpportunity } from './state.ts'
import type { Views } from '../../../../local/stand-ins/views.ts'
import { type Route, done, problem, validated } from '../../../../local/stand-ins/http-exchange.ts'
import {
  type Control,
  type FaultsAndCounts,
  controlRoute,
  faultRoutes,
  resetRoute,
} from '../../../../local/stand-ins/stand-in-control.ts'

const OpportunityChange = z.strictObject({ stage: CrmStage })
const Companies = z.strictObject({ companyIds: z.array(CrmCompanyId) })

type Parts = FaultsAndCounts & {
  readonly opportunities: CrmOpportunities
  readonly baseUrl: () => string
  readonly views: Views
}

export const createCrmControl = (parts: Parts): readonly Route<Control>[] => {
  const { opportunities, baseUrl } = parts
  const show = (stored: StoredOpportunity) => ({ ...stored, ...opportunityToWire(stored, baseUrl()) })
  return [
    controlRoute('GET', '/_control/opportunities', ({ tenantId }) => ({
      status: 200,
      body: { opportunities: opportunities.list(tenantId).map(show) },
    })),
    controlRoute('PATCH', '/_control/opportunities/:id', ({ tenantId, params, body }) =>
      validated(OpportunityChange, body, ({ stage }) => {
        const opportunity = opportunities.get(params['id'] ?? '', tenantId)
        if (!opportunity) return problem(404, 'There is no such opportunity')
        return { status: 200, body: show(opportunities.setStage(opportunity, stage)) }
      }),
    ),
    controlRoute('PUT', '/_control/companies', ({ tenantId, body }) =>
      validated(Companies, body, ({ companyIds }) => {
        if (tenantId === undefined) return problem(400, 'The query parameter tenantId is missing')
        opportunities.setCompanyIds(tenantId, companyIds)
        return done
      }),
    ),
    ...faultRoutes(parts),
    ...parts.views.control,
    resetRoute(parts, (tenantId) => {
      opportunities.reset(tenantId)
      parts.views.reset(tenantId)
    }),
  ]
}
