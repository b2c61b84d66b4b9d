// What regulations are looked for in, and how they are told.
import * as z from 'zod'
import { Evidence } from '../../source.ts'
import { repositoryInput } from '../repository.ts'

export const regulations = ['gdpr', 'hipaa', 'pci-dss', 'sox', 'ccpa', 'glba', 'ferpa', 'nis2', 'dora'] as const

export const RegulatoryInput = z.strictObject({
  ...repositoryInput,
  countries: z
    .array(z.string().regex(/^[A-Z]{2}$/, 'must be an ISO 3166-1 alpha-2 code such as DE'))
    .max(30)
    .optional()
    .describe('Where it is used'),
})

export const RegulatoryClassification = z
  .object({
    classes: z
      .array(
        z.object({
          regulation: z.enum(regulations),
          applies: z.enum(['likely', 'possibly', 'unlikely']),
          reason: z.string().min(1).max(1_000),
          evidence: Evidence,
        }),
      )
      .max(regulations.length)
      .describe('Those that a source speaks for or against. No legal advice'),
    dataKinds: z.array(z.string().min(1).max(100)).max(20).describe('Kinds of data that the sources show'),
  })
  .describe('Regulations that may apply, each with its evidence. No legal advice')
