// One entry of the audit log: what is in it, and how it is chained to the one before (R11).
import * as z from 'zod'
import { sha256 } from '../auth/digest.ts'
import { canonicalJson } from '../http/canonical-json.ts'

/** What is recorded. A new act is a line here; words of the past are never reused for something else. */
export const auditActions = [
  'session.opened',
  'session.closed',
  'session.refused',
  'access.changed',
  'key.created',
  'key.used',
  'key.refused',
  'key.rotated',
  'key.revoked',
  'settings.changed',
  'client.changed',
  'source.changed',
  'sync.requested',
  'billing.changed',
  'incident.changed',
  'messages.replayed',
  'messages.discarded',
  'flow.requested',
  'peer.written',
  'operator.acted',
  'operator-access.opened',
  'operator-access.ended',
  'profile.read',
  'data.exported',
  'data.deleted',
  'ai.asked',
  'suggestion.answered',
  'log.repaired',
] as const
export type AuditAction = (typeof auditActions)[number]

/** `asked`: before the act, whatever became of it then; `done`, `refused` and `failed` after it. */
export const auditOutcomes = ['asked', 'done', 'refused', 'failed'] as const

/** Ids and words of ours, and the reason that an operator states: never content, since an entry cannot be taken back. */
const Word = z.string().min(1).max(256)

/** What is to be recorded. */
export const AuditRecord = z.strictObject({
  action: z.enum(auditActions),
  outcome: z.enum(auditOutcomes),
  /** Who: `user:<id>`, `key:<id>`, `operator:<id>`, or `function:<name>` for what the suite does by itself. */
  actor: Word,
  /** On what, by its ids, those of the path in its order. */
  subjects: z.array(Word).min(1).max(8).optional(),
  /** By which function or operation. */
  operation: Word.optional(),
  /** The address that the request came from. */
  address: Word.optional(),
  correlationId: Word.optional(),
  /** A few facts more: counts, versions, scopes. */
  facts: z
    .record(z.string().regex(/^[a-z][A-Za-z0-9]{0,39}$/), z.string().max(512))
    .refine((facts) => Object.keys(facts).length <= 12, 'holds at most 12 facts')
    .optional(),
})
export type AuditRecord = z.infer<typeof AuditRecord>

/** An entry without its hash: exactly what the hash is made of. */
export const AuditContent = AuditRecord.extend({
  tenantId: z.string(),
  /** Random: no two entries are alike, so a writer knows its own again. */
  entryId: z.string(),
  /** 1 for the tenant's first, one more each time. */
  seq: z.int().min(1),
  at: z.iso.datetime(),
  /** That of the entry before; of the first, what `genesisOf` says. */
  previousHash: z.string(),
})
export type AuditContent = z.infer<typeof AuditContent>

export const AuditEntry = AuditContent.extend({ hash: z.string() })
export type AuditEntry = z.infer<typeof AuditEntry>

/** What the first entry of a tenant follows: no entry of one tenant fits into the log of another. */
export const genesisOf = (tenantId: string): string => sha256(`theonestack audit log of ${tenantId}`)

/** SHA-256 in base64url of the canonical JSON, the hash of the entry before included. */
export const hashOf = (content: AuditContent): string => sha256(canonicalJson(AuditContent.parse(content)))

/** Whether an entry still has the content that it was written with. */
export const isUnchanged = ({ hash, ...content }: AuditEntry): boolean => hashOf(content) === hash
