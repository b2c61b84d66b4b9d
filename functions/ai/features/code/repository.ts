// The repository that a feature of The One Code is asked about.
import * as z from 'zod'
import { Sources } from '../source.ts'

const Word = z.string().trim().min(1).max(120)

export const Repository = z.strictObject({
  name: Word.describe('As people know it, e.g. northwind/storefront'),
  provider: z.enum(['github', 'gitlab', 'azure_devops']).optional(),
  languages: z.array(Word).max(20).optional(),
  description: z.string().trim().min(1).max(1_000).optional(),
})
export type Repository = z.output<typeof Repository>

/** What every feature of The One Code takes. */
export const repositoryInput = {
  repository: Repository,
  sources: Sources.describe('Files, findings and facts of the repository. The answer rests on these alone'),
}
