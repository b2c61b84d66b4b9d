// What critical files are found from, and how they are told.
import * as z from 'zod'
import { Evidence, SourceId } from '../../source.ts'
import { Repository } from '../repository.ts'

export const CriticalFilesInput = z.strictObject({
  repository: Repository,
  files: z
    .array(
      z.strictObject({
        path: SourceId,
        lines: z.int().min(0).optional(),
        changes: z.int().min(0).optional().describe('Commits of the last year that touch it'),
        authors: z.int().min(0).optional().describe('People who have changed it in the last year'),
        dependents: z.int().min(0).optional().describe('Files that import it'),
        excerpt: z.string().min(1).max(4_000).optional(),
      }),
    )
    .min(1)
    .max(300),
})

export const CriticalFiles = z
  .object({
    files: z
      .array(
        z.object({
          path: z.string().min(1).max(100),
          reason: z.string().min(1).max(500),
          evidence: Evidence,
        }),
      )
      .min(1)
      .max(25)
      .describe('The most important first'),
  })
  .describe('Files that whoever takes over has to know, the most important first')
