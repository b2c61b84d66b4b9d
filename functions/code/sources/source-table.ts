// What is kept of sources: enough to publish each event once, and to count what is active. One partition for each tenant, since rows change together with its outbox.
import * as z from 'zod'
import { outboxRow } from '../../../shared/bus/outbox.ts'
import { rowKind, table } from '../../../shared/store/table.ts'
import { Provider } from './contract.ts'
import { DayRanges } from './day-ranges.ts'

const Time = z.iso.datetime()

const Organization = z.strictObject({
  tenantId: z.string(),
  orgId: z.string(),
  provider: Provider,
  orgLogin: z.string(),
  repoCount: z.int(),
  /** The row stays when it is disconnected, so that repeating the disconnection is told from an unknown id. */
  isConnected: z.boolean(),
  connectedAt: Time,
  /** Its repositories that are not archived, whether it is connected or not. */
  activeRepositories: z.int().min(0).default(0),
  /** The days on which it was connected at 00:00 UTC. */
  connectedDays: DayRanges.default([]),
})
export type OrganizationRow = z.output<typeof Organization>

const Repository = z.strictObject({
  tenantId: z.string(),
  /** The organization that it belongs to now. */
  orgId: z.string(),
  repositoryId: z.string(),
  name: z.string(),
  discoveredAt: Time,
  isArchived: z.boolean().default(false),
  /** The days on which it was in `orgId` and not archived at 00:00 UTC. Open while it is counted in `activeRepositories`. */
  activeDays: DayRanges.default([]),
  /** When it was last seen, as far as anybody said so. */
  seenAt: Time,
  /** Organizations that it has left, with the days on which it was active there; the one that it left last is the last. */
  left: z.array(z.strictObject({ orgId: z.string(), activeDays: DayRanges })).default([]),
})
export type RepositoryRow = z.output<typeof Repository>

/** How many repositories are active in all: not archived, in an organization that is connected. */
const RepositoryCount = z.strictObject({
  tenantId: z.string(),
  active: z.int().min(0),
  /** The day of the last change. */
  changedOn: z.iso.date(),
  /** The latest day whose 00:00 UTC has been counted without a change since: changes belong to this day or a later one. */
  closedOn: z.iso.date().optional(),
})

/** A day on which the count changed. */
const CountedDay = z.strictObject({ tenantId: z.string(), day: z.iso.date(), atStart: z.int().min(0) })

/** The latest scan of a repository, with which the next one is compared. */
const ScanState = z.strictObject({
  tenantId: z.string(),
  repositoryId: z.string(),
  /** Absent until a scan has been recorded to its end. */
  latest: z.strictObject({ scanId: z.string(), completedAt: Time, fingerprints: z.array(z.string()) }).optional(),
  /** Secrets that `latest` does not have and that have their event already: a scan after it is half-way through. */
  announced: z.array(z.string()),
})
export type ScanState = z.infer<typeof ScanState>

const counted = 'Counts towards the bill of the organization, as long as the repository is there'

/** 13 months and a bit. A repetition after that counts as the first time. */
const keepFor = { days: 400 }

export const sourceTable = table('codeSources', {
  organization: rowKind({
    schema: Organization,
    partition: ['tenantId'],
    key: ['orgId'],
    keepFor: 'forever',
    dataOf: { tenant: ['tenantId'], through: { organization: ['orgId'] }, keptOn: { client: counted } },
  }),
  repository: rowKind({
    schema: Repository,
    partition: ['tenantId'],
    // The id is the repository's, whichever organization it belongs to: it is one, and counts once.
    key: ['repositoryId'],
    keepFor: 'forever',
    dataOf: {
      tenant: ['tenantId'],
      through: { repository: ['repositoryId'], organization: ['orgId'] },
      leadsTo: { repository: ['repositoryId'] },
      keptOn: { client: counted },
    },
  }),
  repositoryCount: rowKind({
    schema: RepositoryCount,
    partition: ['tenantId'],
    key: [],
    keepFor: 'forever',
    dataOf: { tenant: ['tenantId'] },
  }),
  countedDay: rowKind({
    schema: CountedDay,
    partition: ['tenantId'],
    key: ['day'],
    keepFor,
    dataOf: { tenant: ['tenantId'] },
  }),
  backup: rowKind({
    schema: z.strictObject({
      tenantId: z.string(),
      jobId: z.string(),
      repositoryId: z.string(),
      organizationId: z.string(),
      requestedAt: Time,
    }),
    partition: ['tenantId'],
    key: ['jobId'],
    keepFor,
    dataOf: { tenant: ['tenantId'], through: { repository: ['repositoryId'] } },
  }),
  documentationRun: rowKind({
    schema: z.strictObject({
      tenantId: z.string(),
      repositoryId: z.string(),
      runId: z.string(),
      documentCount: z.int(),
      generatedAt: Time,
    }),
    partition: ['tenantId'],
    key: ['repositoryId', 'runId'],
    keepFor,
    dataOf: { tenant: ['tenantId'], through: { repository: ['repositoryId'] } },
  }),
  refresh: rowKind({
    schema: z.strictObject({
      tenantId: z.string(),
      repositoryId: z.string(),
      docType: z.string(),
      refreshId: z.string(),
      refreshedAt: Time,
    }),
    partition: ['tenantId'],
    key: ['repositoryId', 'docType', 'refreshId'],
    keepFor,
    dataOf: { tenant: ['tenantId'], through: { repository: ['repositoryId'] } },
  }),
  scan: rowKind({
    schema: z.strictObject({
      tenantId: z.string(),
      repositoryId: z.string(),
      scanId: z.string(),
      /** Of everything that the scan said, to tell a repetition from another scan under its id. */
      digest: z.string(),
      newSecrets: z.int(),
      comparedWith: z.string().nullable(),
    }),
    partition: ['tenantId'],
    key: ['repositoryId', 'scanId'],
    keepFor,
    dataOf: { tenant: ['tenantId'], through: { repository: ['repositoryId'] } },
  }),
  scanState: rowKind({
    schema: ScanState,
    partition: ['tenantId'],
    key: ['repositoryId'],
    keepFor,
    dataOf: { tenant: ['tenantId'], through: { repository: ['repositoryId'] } },
  }),
  outbox: outboxRow,
})
