// A finding of The One Code as it is handed in to become a ticket: four types, no place for the value of a secret.
import * as z from 'zod'
import { Severity } from '../../../shared/text/severity.ts'
import type { Kind } from '../../../shared/text/secret-redaction.ts'
import { OpaqueId, line, paragraphs, shortened, webLink, withoutSecret } from '../../../shared/text/text-schema.ts'
import { TimeFromOutside } from '../../../shared/schema/time.ts'
import { Repository } from '../repository.ts'

/** Most findings that one request may file. */
export const findingsMax = 50

/** @param kind what its free texts may hold */
const sharedOf = (kind: Kind) => ({
  findingId: OpaqueId.describe('Id of the finding in The One Code'),
  severity: Severity,
  title: shortened(200, kind),
  description: paragraphs(kind).describe(
    'The specific issue. Anything that looks like a secret is removed before the text is stored',
  ),
  remediation: z.array(shortened(1_000, kind)).max(30).describe('Steps that resolve it, in order'),
  repository: Repository,
  url: webLink.describe('Opens the finding in The One Code'),
  detectedAt: TimeFromOutside.describe(
    'When a scan last saw it: a later time than before means that it was found again',
  ),
})

const shared = sharedOf('text')

const Vulnerability = z
  .strictObject({
    type: z.literal('vulnerability'),
    ...shared,
    cveId: z
      .string()
      .overwrite((id) => id.trim().toUpperCase())
      .regex(/^CVE-\d{4}-\d{4,19}$/, 'must look like CVE-2026-12345')
      .optional(),
    advisoryId: line(100).optional().describe('Id of another advisory when there is no CVE id, e.g. GHSA-…'),
    packageName: line(300).optional(),
    filePath: line(1_000).optional(),
  })
  .refine(({ cveId, advisoryId }) => cveId !== undefined || advisoryId !== undefined, {
    path: ['cveId'],
    error: 'is needed unless advisoryId is given',
  })

const AccessIssue = z.strictObject({
  type: z.literal('access_issue'),
  ...shared,
  issue: z.enum(['permission_drift', 'orphaned_access', 'missing_2fa']),
  subject: line(300).describe('The account or team with the access'),
  filePath: line(1_000).optional(),
})

const SecretDetected = z.strictObject({
  type: z.literal('secret_detected'),
  // What is said of a secret may quote it.
  ...sharedOf('strict'),
  secretType: withoutSecret(z.string().regex(/^[a-z0-9][a-z0-9_-]{0,99}$/, 'must be a slug such as aws_access_key')),
  secretId: withoutSecret(
    z.string().regex(/^[A-Za-z0-9_-]{1,64}$/, "must be The One Code's own id: up to 64 letters, digits, - or _"),
  ).describe("The One Code's own id of the secret, the same in every scan. Never the value"),
  filePath: line(1_000, 'strict'),
  line: z.int().min(1).max(10_000_000).optional(),
})

const SunsetDecision = z.strictObject({
  type: z.literal('sunset_decision'),
  ...shared,
  sunsetOn: z.iso.date().optional().describe('The day on which the application is switched off'),
  filePath: line(1_000).optional(),
})

export const Finding = z
  .discriminatedUnion('type', [Vulnerability, AccessIssue, SecretDetected, SunsetDecision])
  .meta({ id: 'Finding' })
export type Finding = z.infer<typeof Finding>
export type FindingType = Finding['type']

/** A finding that does not keep to its schema: it gets a result that says so, and the others are filed. */
export const UnusableFinding = z
  .looseObject({ findingId: OpaqueId })
  .meta({
    id: 'UnusableFinding',
    description: 'Any other finding. Its result is `failed` and states what is wrong',
  })
  .transform((unusable) => ({ unusable }))
export type UnusableFinding = z.infer<typeof UnusableFinding>

export const Findings = z
  .strictObject({
    findings: z
      .array(z.union([Finding, UnusableFinding]))
      .min(1)
      .max(findingsMax),
  })
  .meta({ id: 'Findings' })
