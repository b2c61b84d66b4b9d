// The kinds of findings that are worth an offer to the client.
import * as z from 'zod'

export const OpportunityType = z.enum([
  'migration_recommendation',
  'technical_debt',
  'critical_vulnerabilities',
  'sunset_application',
  'access_issues',
  'detected_secrets',
])
export type OpportunityType = z.infer<typeof OpportunityType>
