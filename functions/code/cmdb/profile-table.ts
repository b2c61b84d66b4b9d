// What is kept of application profiles: the profile with what CMDB has of it, and beside it what is yet to be synced. One partition for
// each tenant, so that a profile and its mark in the index of changes are written in one transaction.
import * as z from 'zod'
import { ErrorCodeName } from '../../../shared/flows/flow-envelope.ts'
import { buckets } from '../../../shared/store/buckets.ts'
import type { Store } from '../../../shared/store/store.ts'
import { rowKind, table } from '../../../shared/store/table.ts'
import { ProfileDraft, syncStates } from './contract.ts'

const Time = z.iso.datetime()

const Profile = z.strictObject({
  tenantId: z.string(),
  repositoryId: z.string(),
  /** Of a repository that is gone: as it was last. */
  draft: ProfileDraft,
  contentHash: z.string(),
  /** Grows with every change. The row stays when the repository is gone, so that it goes on growing when it comes back. */
  version: z.int().min(1),
  isGone: z.boolean(),
  /** It is gone only since this organization is disconnected: it comes back with it. */
  goneWith: z.string().optional(),
  changedAt: Time,
  /** What CMDB has, as far as it was recorded. */
  asset: z
    .strictObject({
      version: z.int().min(1),
      state: z.enum(['active', 'retired']),
      clientId: z.string().nullable(),
      at: Time,
    })
    .optional(),
  /** How CMDB refused it last. It stays among the changes: each sync tries it once. Absent once CMDB has taken it, and with a new version. */
  refusal: z
    .strictObject({
      version: z.int(),
      at: Time,
      /** The sync that tried it. */
      requestId: z.string(),
      reason: z.string(),
    })
    .optional(),
})
export type Profile = z.infer<typeof Profile>

/** There is one for each profile that differs from what CMDB has. What is to be done, the profile itself says. */
const Change = z.strictObject({
  tenantId: z.string(),
  repositoryId: z.string(),
  changedAt: Time,
  /** The repository is gone, and CMDB has an active asset of it: counts for the guard against retiring too many. */
  retiresAsset: z.boolean(),
})
export type Change = z.infer<typeof Change>

const Sync = z.strictObject({
  tenantId: z.string(),
  requestId: z.string(),
  state: z.enum(syncStates),
  requestedAt: Time,
  requestedBy: z.string(),
  /** When a step last got on. */
  aliveAt: Time,
  plannedAt: Time.optional(),
  finishedAt: Time.optional(),
  sent: z.int(),
  retired: z.int(),
  refused: z.int(),
  of: z.int(),
  /** Most assets that it may retire. */
  toRetire: z.int(),
  /** Retirements that wait for a confirmation. */
  held: z.int(),
  /** The confirmation that its plan knew of. */
  confirmedUpTo: Time.optional(),
  confirmation: z.strictObject({ at: Time, by: z.string(), requestId: z.string() }).optional(),
  problem: z.strictObject({ code: ErrorCodeName, detail: z.string() }).optional(),
})
export type Sync = z.infer<typeof Sync>

const assetIsThere = 'CMDB has an asset of the repository, which is retired once the repository is gone'

const Standing = z.strictObject({
  tenantId: z.string(),
  /** The sync that is requested or at work: there is one at a time. */
  current: z.string().optional(),
  latest: z.string().optional(),
  /** Counted along, since counting a hundred thousand rows is no part of a sync. */
  activeAssets: z.int().min(0),
  /** Whatever was gone by then may be retired, however much it is: somebody has confirmed it. */
  confirmedUpTo: Time.optional(),
  /** Digest of the client mappings that all assets were last compared with. */
  mappings: z.string().optional(),
  /** When somebody asked for everything to be sent again; absent once all profiles are marked. */
  reconcile: Time.optional(),
})
export type Standing = z.infer<typeof Standing>

export const appProfileTable = table('codeAppProfiles', {
  profile: rowKind({
    schema: Profile,
    partition: ['tenantId'],
    key: ['repositoryId'],
    keepFor: 'forever',
    dataOf: { tenant: ['tenantId'], through: { repository: ['repositoryId'] }, keptOn: { client: assetIsThere } },
  }),
  change: rowKind({
    schema: Change,
    partition: ['tenantId'],
    key: ['repositoryId'],
    keepFor: 'forever',
    dataOf: { tenant: ['tenantId'], through: { repository: ['repositoryId'] }, keptOn: { client: assetIsThere } },
  }),
  sync: rowKind({
    schema: Sync,
    partition: ['tenantId'],
    key: ['requestId'],
    keepFor: { days: 90 },
    dataOf: { tenant: ['tenantId'], names: ['requestedBy', 'confirmation.by'] },
  }),
  standing: rowKind({
    schema: Standing,
    partition: ['tenantId'],
    key: [],
    keepFor: 'forever',
    dataOf: { tenant: ['tenantId'] },
  }),
})

/** Tenants that may have something to sync: the timer finds them without a scan. It alone takes them out again. */
export const cmdbTenantTable = table('codeCmdbTenants', {
  marker: rowKind({
    schema: z.strictObject({ bucket: z.string(), tenantId: z.string(), since: Time }),
    partition: ['bucket'],
    key: ['tenantId'],
    keepFor: 'forever',
    dataOf: { tenant: ['tenantId'] },
  }),
})

export const cmdbBuckets = buckets('cmdb')

export type Tools = { readonly store: Store; readonly now: () => Date }

export const openProfiles = (store: Store) => store.open(appProfileTable)
export type ProfileRows = ReturnType<typeof openProfiles>

/** To be called before the change itself: a mark too many does no harm, one too few would leave the change unseen. */
export const markTenant = async ({ store, now }: Tools, tenantId: string): Promise<void> => {
  await store
    .open(cmdbTenantTable)
    .marker.upsert({ bucket: cmdbBuckets.of(tenantId), tenantId, since: now().toISOString() })
}
