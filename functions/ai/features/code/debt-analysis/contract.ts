// What technical debt is found from, and how it is told.
import * as z from 'zod'
import { refuseUnknownSources } from '../../../../../shared/schema/listed-ids.ts'
import { Evidence } from '../../source.ts'
import { repositoryInput } from '../repository.ts'

export const debtKinds = [
  'dependency',
  'complexity',
  'duplication',
  'tests',
  'security',
  'documentation',
  'design',
] as const

export const DebtInput = z
  .strictObject({
    ...repositoryInput,
    findings: z
      .array(
        z.strictObject({
          sourceId: z.string().min(1).max(512).describe('The source that it is about'),
          kind: z.enum(debtKinds),
          title: z.string().trim().min(1).max(200),
          severity: z.enum(['critical', 'high', 'medium', 'low']),
        }),
      )
      .max(200)
      .optional()
      .describe('What tools have found already'),
  })
  .check(({ value, issues }) => refuseUnknownSources(value, issues))

export const DebtAnalysis = z
  .object({
    summary: z.string().min(1).max(2_000),
    items: z
      .array(
        z.object({
          title: z.string().min(1).max(200),
          kind: z.enum(debtKinds),
          severity: z.enum(['critical', 'high', 'medium', 'low']),
          recommendation: z.string().min(1).max(1_000),
          effort: z.enum(['hours', 'days', 'weeks', 'unknown']),
          evidence: Evidence,
        }),
      )
      .max(40)
      .describe('What to do first comes first'),
  })
  .describe('Technical debt of a repository, each item with its evidence')
