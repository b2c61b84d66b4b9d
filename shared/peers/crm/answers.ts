// What this suite reads of CRM's answers.
import * as z from 'zod'
import { areOf } from '../../peer-client/id-pages.ts'
import { needing, reading, unknownValue } from '../../schema/reading.ts'
import { CrmHealth, CrmOpportunity, CrmOpportunityExists, CrmOpportunityList, CrmStage } from './contract.ts'

/** Of a stage that is not known here nobody can say whether the opportunity was won or lost. */
export const ReadCrmStage = z.enum([...CrmStage.options, unknownValue])

const needed = ['id', 'stage', 'url'] as const

const ReadCrmOpportunity = reading(needing(CrmOpportunity, needed))
export type ReadCrmOpportunity = z.output<typeof ReadCrmOpportunity>

const ReferredOpportunity = reading(needing(CrmOpportunity, [...needed, 'externalReference']))

const areOther = { error: 'Others than those asked for', path: ['opportunities'] }

export const readCrmOpportunitiesOf = (ids: readonly string[]) =>
  reading(CrmOpportunityList.extend({ opportunities: z.array(ReadCrmOpportunity) })).refine(
    ({ opportunities }) =>
      areOf(
        ids,
        opportunities.map(({ id }) => id),
      ),
    areOther,
  )

/** None or one; whoever asks compares the reference. */
export const ReadCrmOpportunitiesFound = reading(
  CrmOpportunityList.extend({ opportunities: z.array(ReferredOpportunity) }),
)

/** The opportunity of another finding is no answer: the two would be linked from then on. */
export const readCrmOpportunityOf = (externalReference: string) =>
  ReferredOpportunity.refine((opportunity) => opportunity.externalReference === externalReference, {
    error: 'This is another opportunity than the one asked for',
    path: ['externalReference'],
  })

export const readCrmOpportunityExists = (externalReference: string) =>
  reading(
    needing(CrmOpportunityExists.extend({ opportunity: readCrmOpportunityOf(externalReference) }), ['opportunity']),
  )

export const ReadCrmHealth = reading(needing(CrmHealth, ['status']))
export type ReadCrmHealth = z.output<typeof ReadCrmHealth>
