// What the review of an application is told from.
import * as z from 'zod'
import { repositoryInput } from '../repository.ts'

export const ReviewInput = z.strictObject({
  ...repositoryInput,
  reader: z.enum(['engineer', 'manager', 'client']).optional().describe('For whom it is told; default manager'),
})
