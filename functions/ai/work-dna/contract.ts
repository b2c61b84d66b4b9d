// What the endpoint of WorkDNA takes and answers.
import * as z from 'zod'
import { OpaqueId } from '../../../shared/text/text-schema.ts'

export const ProfilePath = z.strictObject({
  profileId: OpaqueId.describe('Of the profile in People: the id of the user in Hub'),
})

const text = z.string().optional()

export const WorkDnaProfile = z
  .object({
    id: z.string(),
    name: z.string(),
    jobTitle: text,
    department: text,
    managerName: text,
    startedOn: z.iso.date().optional(),
    workDna: z.object({
      strengths: z.array(z.string()),
      workingStyle: text,
      communication: text,
      focusHours: text,
      worksOftenWith: z.array(z.string()),
    }),
    url: z.string().describe('The profile in People'),
  })
  .meta({ id: 'WorkDnaProfile', description: 'As People has it now. Nothing of it is kept here' })
export type WorkDnaProfile = z.input<typeof WorkDnaProfile>
