// A migration recommendation of The One Code as it is handed in to become a project of PSA.
import * as z from 'zod'
import { TimeFromOutside } from '../../../shared/schema/time.ts'
import { OpaqueId, paragraphs, shortened, webLink } from '../../../shared/text/text-schema.ts'
import { Repository } from '../repository.ts'

export const stepsMax = 100
/** So that every step's title and hours fit into the description of a project, however many there are. */
export const stepTitleLengthMax = 150
/** Fifty years of somebody's work: more is a mistake. */
const hoursMax = 100_000

const Hours = z.number().positive().max(hoursMax).multipleOf(0.25, 'must be in quarters of an hour')

const Step = z.strictObject({
  title: shortened(stepTitleLengthMax),
  description: paragraphs().optional(),
  effortHours: Hours.optional(),
})

export const Recommendation = z
  .strictObject({
    recommendationId: OpaqueId.describe('Id of the recommendation in The One Code'),
    title: shortened(200),
    summary: paragraphs().describe('The reason and the benefit. Anything that looks like a secret is removed'),
    repository: Repository,
    steps: z.array(Step).min(1).max(stepsMax).describe('In order'),
    effortHours: Hours.describe('Total effort in hours, in steps of 0.25: the estimate of the project'),
    url: webLink.describe('Opens the recommendation in The One Code'),
    createdAt: TimeFromOutside.describe('When it was recommended'),
  })
  .refine(({ effortHours, steps }) => effortHours >= hoursOf(steps), {
    path: ['effortHours'],
    error: 'must not be less than the hours of the steps together',
  })
  .meta({ id: 'MigrationRecommendation' })
export type Recommendation = z.infer<typeof Recommendation>

/** Quarters are exact in binary, and so is their sum. */
const hoursOf = (steps: readonly { readonly effortHours?: number | undefined }[]): number =>
  steps.reduce((sum, { effortHours = 0 }) => sum + effortHours, 0)
