// What the endpoints of the audit log take and answer.
import * as z from 'zod'
import { auditActions, auditOutcomes } from '../../../shared/audit-log/audit-entry.ts'
import { auditFaults } from '../../../shared/audit-log/audit-segment.ts'
import { nextCursor, pageQuery } from '../../../shared/http/page-query.ts'
import { OpaqueId, line } from '../../../shared/text/text-schema.ts'

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
  .object({
    entries: z.array(AuditEntryShown),
    damaged: z.int().optional().describe('Rows of the page that are no entries: verify the log'),
    nextCursor,
  })
  .meta({ id: 'AuditEntries', description: 'Newest first' })

const positionText = 'Of the entry with which the next call goes on: `<seq>.<hash>`'

export const VerificationQuery = z.strictObject({
  from: z
    .string()
    .regex(/^[1-9]\d{0,11}\.[A-Za-z0-9_-]{43}$/)
    .optional()
    .describe('`next` of the verdict before'),
})

const Break = z
  .object({
    fault: z.enum(auditFaults),
    seq: z.int().describe('The entry at which it shows'),
    goesOnAt: z.int().optional().describe('The entry with which the log goes on below it: what lies between is lost'),
    repairedAt: z.iso.datetime().optional().describe('When an operator went on with the log in spite of it'),
  })
  .meta({ id: 'AuditBreak' })

export const RepairParams = z.strictObject({
  tenantId: OpaqueId.refine((id) => !id.includes('/'), 'must have no slash').describe(
    'The organization whose log it is',
  ),
})

export const RepairOrder = z.strictObject({
  reason: line(500).min(3).describe('Shown to the owner of the organization'),
})

export const Repair = z
  .object({
    segment: z.int().describe('The number of the new segment of the log'),
    firstSeq: z.int().describe('Its first entry, which says what was found'),
    breaks: z.array(Break),
  })
  .meta({ id: 'AuditRepair' })

export const SigningKeys = z
  .object({ keys: z.array(z.object({ kty: z.string(), crv: z.string(), x: z.string(), kid: z.string() })) })
  .meta({ id: 'AuditSigningKeys', description: 'A JWK set (RFC 7517)' })

export const ExportQuery = z.strictObject({
  limit: pageQuery(100).limit,
  fromSeq: z.coerce.number().int().min(0).optional().describe('Where the page before ended: the header Link has it'),
})

export const Verdict = z
  .object({
    intact: z.boolean(),
    checked: z.int().describe('Entries that were looked at, from the newest back'),
    head: z
      .object({ seq: z.int(), hash: z.string(), at: z.iso.datetime(), keyId: z.string() })
      .optional()
      .describe('The newest entry, as the signed head says'),
    next: z.string().optional().describe(`${positionText}; absent when all was verified`),
    fault: z.string().optional().describe('What is wrong with it: of the breaks the first'),
    seq: z.int().optional().describe('The entry at which it shows'),
    breaks: z
      .array(Break)
      .describe('At most 100 that no repair has named, then those that one has: a break is named for ever'),
    explanation: z.string(),
  })
  .meta({ id: 'AuditVerdict' })
