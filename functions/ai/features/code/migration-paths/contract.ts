// What ways to migrate are compared from, and how they are told.
import * as z from 'zod'
import { Evidence } from '../../source.ts'
import { repositoryInput } from '../repository.ts'

const Text = z.string().trim().min(1).max(500)

export const MigrationInput = z.strictObject({
  ...repositoryInput,
  goal: Text.describe('Where it shall go: a platform, a version, a cloud'),
  constraints: z.array(Text).max(20).optional().describe('What must hold on the way, e.g. no downtime'),
})

export const MigrationPaths = z
  .object({
    paths: z
      .array(
        z.object({
          title: z.string().min(1).max(200),
          steps: z.array(z.string().min(1).max(500)).min(1).max(20),
          effort: z.enum(['days', 'weeks', 'months', 'unknown']),
          risk: z.enum(['low', 'medium', 'high']),
          risks: z.array(z.string().min(1).max(500)).max(10),
          evidence: Evidence,
        }),
      )
      .min(1)
      .max(5)
      .describe('The recommended one first'),
    recommendation: z.string().min(1).max(1_000),
    openQuestions: z.array(z.string().min(1).max(300)).max(10).describe('What has to be known before one is chosen'),
  })
  .describe('Ways to migrate a repository, compared')
