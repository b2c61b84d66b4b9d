// What the endpoints of the audit log take and answer.
import * as z from 'zod'
import { auditActions, auditOutcomes } from '../../../shared/audit-log/audit-entry.ts'
import { nextCursor, pageQuery } from '../../../shared/http/page-query.ts'

export const AuditQuery = z.strictObject(pageQuery(25))

export const AuditEntryShown = z
  .object({
    seq: z.int().describe('1 for the first entry of the organization, one more each time'),
    at: z.iso.datetime(),
    action: z.enum(auditActions),
    outcome: z
      .enum(auditOutcomes)
      .describe('asked: recorded before it was done, and done unless an entry with the same fact `act` says otherwise'),
    actor: z
      .string()
      .describe(
        '`user:` and the user id, `key:` and the id of an integration key, `operator:` and who it is in the directory of the platform, or `function:` for what the suite does',
      ),
    subjects: z.array(z.string()).optional().describe('The ids of what it was done to'),
    operation: z.string().optional(),
    address: z.string().optional(),
    correlationId: z.string().optional(),
    facts: z.record(z.string(), z.string()).optional(),
    entryId: z.string(),
    previousHash: z.string(),
    hash: z.string().describe('SHA-256 in base64url of the canonical JSON of the entry without its hash'),
  })
  .meta({ id: 'AuditEntry' })

export const AuditEntries = z
  .object({ entries: z.array(AuditEntryShown), nextCursor })
  .meta({ id: 'AuditEntries', description: 'Newest first' })

const positionText = 'Of the entry with which the next call goes on: `<seq>.<hash>`'

export const VerificationQuery = z.strictObject({
  from: z
    .string()
    .regex(/^[1-9]\d{0,11}\.[A-Za-z0-9_-]{43}$/)
    .optional()
    .describe('`next` of the verdict before'),
})

export const Verdict = z
  .object({
    intact: z.boolean(),
    checked: z.int().describe('Entries that were looked at, from the newest back'),
    head: z
      .object({ seq: z.int(), hash: z.string(), at: z.iso.datetime() })
      .optional()
      .describe('The newest entry, as the signed head says'),
    next: z.string().optional().describe(`${positionText}; absent when all was verified`),
    fault: z.string().optional().describe('What is wrong with it'),
    seq: z.int().optional().describe('The entry at which it shows'),
    explanation: z.string(),
  })
  .meta({ id: 'AuditVerdict' })
