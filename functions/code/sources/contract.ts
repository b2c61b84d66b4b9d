// What The One Code tells this suite about its sources: organizations, repositories, backups, documents and scans.
import * as z from 'zod'
import { nextCursor, pageQuery } from '../../../shared/http/page-query.ts'
import { TimeFromOutside } from '../../../shared/schema/time.ts'
import { Severity } from '../../../shared/text/severity.ts'
import { OpaqueId, withoutSecret } from '../../../shared/text/text-schema.ts'

/** Most repositories that one request may name: each needs two of the 100 operations of a transaction, the rest is for the count. */
export const repositoriesMax = 45
export const secretsMax = 2_000

export const Provider = z.enum(['github', 'gitlab', 'azure_devops'])

/** One problem for each item whose key an earlier item has. */
const eachOnce =
  <Item>(keyOf: (item: Item) => string, name: string) =>
  ({ value, issues }: z.core.ParsePayload<Item[]>): void => {
    const seen = new Set<string>()
    for (const [index, item] of value.entries()) {
      if (seen.has(keyOf(item)))
        issues.push({ code: 'custom', input: item, path: [index, name], message: 'is given more than once' })
      seen.add(keyOf(item))
    }
  }

const Time = z.iso.datetime()

export const OrganizationPath = z.strictObject({ orgId: OpaqueId })
export const OrganizationDraft = z.strictObject({
  provider: Provider,
  orgLogin: OpaqueId.describe('Name at the provider, e.g. northwind'),
  repoCount: z.int().min(0),
})
export type OrganizationDraft = z.infer<typeof OrganizationDraft>
export const Organization = z
  .object({ orgId: z.string(), ...OrganizationDraft.shape, connectedAt: Time })
  .meta({ id: 'Organization', description: 'A source-control organization that is connected' })
export type Organization = z.input<typeof Organization>

const leadsOn = nextCursor.describe('Absent on the last page. A page can be shorter than the limit, even empty')

export const OrganizationQuery = z.strictObject({
  ...pageQuery(25),
  isConnected: z.enum(['true', 'false']).optional().describe('Filters by whether the organization is connected'),
})
const ListedOrganization = Organization.extend({
  isConnected: z.boolean(),
  connectedAt: Time.describe('The last time'),
  activeRepositories: z.int().describe('Its registered repositories that are not archived'),
}).meta({ id: 'ListedOrganization', description: 'A source-control organization that is or was connected' })
export type ListedOrganization = z.input<typeof ListedOrganization>
export const ListedOrganizations = z
  .object({ organizations: z.array(ListedOrganization), nextCursor: leadsOn })
  .meta({ id: 'ListedOrganizations' })

export const RepositoryPath = z.strictObject({ orgId: OpaqueId, repositoryId: OpaqueId })
export const RepositoryDraft = z.strictObject({
  name: OpaqueId.describe('Display name, e.g. northwind/storefront'),
  archived: z
    .boolean()
    .optional()
    .describe('An archived repository is not billed. Default: no change, and not archived for a new repository'),
  seenAt: TimeFromOutside.optional().describe(
    'When The One Code saw it there. A report older than the known state changes nothing. Default: now; without it a repository cannot return ' +
      'to an organization that it has left',
  ),
})
export const Repository = z
  .object({
    repositoryId: z.string(),
    orgId: z.string(),
    name: z.string(),
    archived: z.boolean(),
    discoveredAt: Time,
  })
  .meta({ id: 'Repository' })
export type Repository = z.input<typeof Repository>

export const RepositoryQuery = z.strictObject({
  ...pageQuery(25),
  organizationId: OpaqueId.optional().describe('Only those of this organization'),
  state: z.enum(['active', 'archived', 'all']).default('active').describe('default active'),
})
const ListedRepository = Repository.extend({
  orgId: z.string().describe('Its current organization, connected or not'),
  seenAt: Time.describe('When it was last seen there'),
}).meta({ id: 'ListedRepository' })
export type ListedRepository = z.input<typeof ListedRepository>
export const ListedRepositories = z
  .object({ repositories: z.array(ListedRepository), nextCursor: leadsOn })
  .meta({ id: 'ListedRepositories' })

export const Repositories = z.strictObject({
  repositories: z
    .array(z.strictObject({ id: OpaqueId, ...RepositoryDraft.shape }))
    .min(1)
    .max(repositoriesMax)
    .check(eachOnce(({ id }) => id, 'id')),
})
export const DiscoveryReport = z
  .object({ discovered: z.array(z.string()), known: z.array(z.string()) })
  .meta({ id: 'DiscoveryReport', description: 'Ids of new repositories and of repositories that were already known' })
export type DiscoveryReport = z.input<typeof DiscoveryReport>

export const BackupPath = z.strictObject({ jobId: OpaqueId })
export const BackupDraft = z.strictObject({ repositoryId: OpaqueId, organizationId: OpaqueId })
export type BackupDraft = z.infer<typeof BackupDraft>
export const Backup = z
  .object({ jobId: z.string(), repositoryId: z.string(), organizationId: z.string(), requestedAt: Time })
  .meta({ id: 'Backup' })
export type Backup = z.input<typeof Backup>

export const DocumentationRunPath = z.strictObject({ repositoryId: OpaqueId, runId: OpaqueId })
export const DocumentationRunDraft = z.strictObject({ documentCount: z.int().min(0) })
export const DocumentationRun = z
  .object({ repositoryId: z.string(), runId: z.string(), documentCount: z.int(), generatedAt: Time })
  .meta({ id: 'DocumentationRun' })
export type DocumentationRun = z.input<typeof DocumentationRun>

/** What The One Code documents of a repository (CODE-7). */
export const DocumentType = z.enum([
  'architecture',
  'api',
  'database',
  'deployment',
  'onboarding',
  'data_flow',
  'security',
  'handoff',
])
export const RefreshPath = z.strictObject({ repositoryId: OpaqueId, docType: DocumentType, refreshId: OpaqueId })
/** Everything is in the ids. */
export const RefreshDraft = z.strictObject({})
export const Refresh = z
  .object({ repositoryId: z.string(), docType: DocumentType, refreshId: z.string(), refreshedAt: Time })
  .meta({ id: 'Refresh' })
export type Refresh = z.input<typeof Refresh>

export const ScanPath = z.strictObject({ repositoryId: OpaqueId, scanId: OpaqueId })

const ScannedSecret = z.strictObject({
  fingerprint: z
    .string()
    .regex(/^[0-9a-f]{64}$/, 'must be a SHA-256 in 64 lower-case hexadecimal digits')
    .describe(
      'Identifies the secret in The One Code, the same in every scan. A keyed hash, never a plain hash of the value',
    ),
  secretType: withoutSecret(z.string().regex(/^[a-z0-9][a-z0-9_-]{0,99}$/, 'must be a slug such as aws_access_key')),
  severity: Severity,
})

/** What one scan of a repository saw. There is no place for the value of a secret. */
export const ScanDraft = z.strictObject({
  organizationId: OpaqueId.describe('The source-control organization that the repository belongs to'),
  completedAt: TimeFromOutside.describe('Scans are compared in the order of this time, whenever they arrive'),
  secrets: z
    .array(ScannedSecret)
    .max(secretsMax)
    .check(eachOnce(({ fingerprint }) => fingerprint, 'fingerprint')),
})
export type ScanDraft = z.infer<typeof ScanDraft>

export const ScanReport = z
  .object({
    newSecrets: z.int().describe('Secrets that the previous scan did not have; an event is published for each'),
    comparedWith: z
      .string()
      .nullable()
      .describe('The previous scan. Null for the first scan of a repository, and for a scan older than the latest one'),
  })
  .meta({ id: 'ScanReport' })
export type ScanReport = z.input<typeof ScanReport>
