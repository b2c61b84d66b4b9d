// A Code-created opportunity as callers see it (CODE-4).
import * as z from 'zod'
import { ReadCrmStage } from '../../../shared/peers/crm/answers.ts'
import type { Opportunity } from './opportunity-table.ts'
import { OpportunityType } from './opportunity-type.ts'
import { OpenValue } from './opportunity-value.ts'

export const LinkedOpportunity = z
  .object({
    id: z.string().nullable().describe('Id in CRM; null until CRM has created it'),
    name: z.string(),
    url: z.string().nullable().describe('Opens the opportunity in CRM'),
    stage: z
      .object({
        value: ReadCrmStage.or(z.enum(['opening', 'rejected', 'deleted'])).describe(
          'Stage in CRM; unknown: a stage that this version does not know; opening: requested, not yet created in CRM; rejected: CRM refused it; deleted: CRM no longer has it',
        ),
        asOf: z.iso.datetime().describe('When CRM reported it'),
        ageSeconds: z.int().min(0),
        live: z.boolean().describe('False when CRM did not answer: the stage is the last known one'),
      })
      .describe('Current stage in CRM'),
    finding: z.object({ findingId: z.string(), type: OpportunityType, url: z.string() }),
    repository: z.object({ id: z.string(), name: z.string() }),
    clientName: z.string().nullable().describe('The client; null when the repository is not mapped to a client'),
    value: z
      .object({ amountMinor: z.int(), currency: z.string() })
      .nullable()
      .describe('Effort times hourly rate, in minor units, as reported to CRM; null while it is open'),
    openValue: OpenValue.describe('Why the value is open'),
    createdAt: z.iso.datetime(),
  })
  .meta({ id: 'LinkedOpportunity' })
export type LinkedOpportunity = z.infer<typeof LinkedOpportunity>

/** For one that CRM does not have. */
const stageWithout = { begun: 'opening', made: 'opening', refused: 'rejected', gone: 'deleted' } as const

/** @param live whether CRM has just been asked for the stage that `opportunity` holds */
export const linkedOpportunityOf = (
  opportunity: Opportunity,
  { live, now }: { live: boolean; now: Date },
): LinkedOpportunity => {
  const { made, createdAt, state, findingId, type, url } = opportunity
  const asOf = made?.asOf ?? createdAt
  return {
    id: made?.id ?? null,
    name: opportunity.name,
    url: made?.url ?? null,
    stage: {
      value: state === 'made' && made ? made.stage : stageWithout[state],
      asOf,
      ageSeconds: Math.max(0, Math.floor((now.getTime() - Date.parse(asOf)) / 1000)),
      live,
    },
    finding: { findingId, type, url },
    repository: opportunity.repository,
    clientName: opportunity.clientName ?? null,
    value: opportunity.value,
    openValue: opportunity.openValue,
    createdAt,
  }
}
