// What the endpoints of application profiles and of CMDB sync take and answer.
import * as z from 'zod'
import { WaitingFor } from '../../../shared/flows/flow-wait.ts'
import { nextCursor, pageQuery } from '../../../shared/http/page-query.ts'
import { OwnId } from '../../../shared/schema/own-id.ts'
import { TimeFromOutside } from '../../../shared/schema/time.ts'
import { OpaqueId, name, webLink } from '../../../shared/text/text-schema.ts'

const Time = z.iso.datetime()
const Score = z.number().min(0).max(100)
/** As CMDB takes it. */
const Word = name(64)

export const ProfilePath = z.strictObject({ repositoryId: OpaqueId })

/** The whole profile as The One Code has it now. The limits are those of CMDB, so that nothing is refused later that was taken here. */
export const ProfileDraft = z.strictObject({
  name: name(200).describe('Display name, e.g. northwind/storefront'),
  url: webLink.optional(),
  organizationId: OpaqueId.describe('The source-control organization that the repository belongs to'),
  appType: Word.describe('e.g. web_application'),
  techStack: z.array(name(100)).max(100),
  healthScore: Score.optional().describe('0 to 100; 100 is best'),
  debtScore: Score.optional().describe('0 to 100; 100 is the most debt'),
  lastCommitAt: TimeFromOutside.optional(),
  commitFrequency: z.number().min(0).optional().describe('Average number of commits per week'),
  hostingPlatform: Word.optional(),
  dataClassification: Word.optional(),
})
export type ProfileDraft = z.infer<typeof ProfileDraft>

export const AppProfile = z
  .object({
    repositoryId: z.string(),
    version: z.int().describe('Increases with every change'),
    changedAt: Time,
    assetVersion: z.int().nullable().describe('The version in CMDB. Null when CMDB has none, or has retired the asset'),
  })
  .meta({ id: 'AppProfile', description: 'An application profile and its state in CMDB' })
export type AppProfile = z.input<typeof AppProfile>

export const SyncPath = z.strictObject({ requestId: OwnId })

export const syncStates = ['requested', 'running', 'completed', 'failed'] as const

export const CmdbSync = z
  .object({
    id: z.string(),
    state: z.enum(syncStates),
    requestedAt: Time,
    finishedAt: Time.optional(),
    progress: z.object({
      sent: z.int(),
      retired: z.int(),
      refused: z.int().describe('Profiles that CMDB refuses. The next sync tries each again'),
      of: z.int().describe('Changes to sync; later changes may be added'),
    }),
    waitingFor: WaitingFor.optional().describe('Only while a step is being retried'),
    retirementsHeld: z
      .int()
      .describe(
        'Assets of repositories that no longer exist. There are so many that none is retired until a person confirms it',
      ),
    confirmation: z.object({ confirmedAt: Time, syncId: z.string().describe('The sync that retires them') }).optional(),
    problem: z.object({ code: z.string(), detail: z.string() }).optional(),
  })
  .meta({ id: 'CmdbSync', description: 'One run of the sync from application profiles to CMDB assets' })
export type CmdbSync = z.input<typeof CmdbSync>

export const RequestedSync = CmdbSync.extend({ progressUrl: z.string() }).meta({ id: 'RequestedCmdbSync' })
export const LatestSync = z
  .object({ sync: CmdbSync.nullable().describe('Null before the first sync') })
  .meta({ id: 'LatestCmdbSync' })

export const RefusalQuery = z.strictObject(pageQuery(25))
const CmdbRefusal = z
  .object({
    repositoryId: z.string(),
    name: z.string(),
    wanted: z.enum(['put', 'retire']).describe('The requested change in CMDB'),
    reason: z.string().describe('As CMDB words it'),
    refusedAt: Time,
    syncId: z.string().describe('The last sync that tried it'),
  })
  .meta({ id: 'CmdbRefusal', description: 'A repository whose asset CMDB refuses. The next sync tries it again' })
export type CmdbRefusal = z.input<typeof CmdbRefusal>
export const CmdbRefusals = z
  .object({
    refusals: z.array(CmdbRefusal),
    nextCursor: nextCursor.describe('Absent on the last page. A page can be shorter than the limit, even empty'),
  })
  .meta({ id: 'CmdbRefusals' })

export const ProfileQuery = z.strictObject({
  ...pageQuery(25),
  organizationId: OpaqueId.optional().describe('Only those of this organization'),
  state: z.enum(['present', 'gone', 'all']).default('present').describe('default present'),
})
const ListedProfile = z
  .object({
    repositoryId: z.string(),
    name: z.string(),
    organizationId: z.string(),
    isGone: z.boolean(),
    version: z.int(),
    changedAt: Time,
    asset: z
      .object({ version: z.int(), state: z.enum(['active', 'retired']), clientId: z.string().nullable(), at: Time })
      .nullable()
      .describe('The state in CMDB. Null when no asset is known there'),
  })
  .meta({ id: 'ListedAppProfile' })
export type ListedProfile = z.input<typeof ListedProfile>
export const ListedProfiles = z
  .object({
    profiles: z.array(ListedProfile),
    nextCursor: nextCursor.describe('Absent on the last page. A page can be shorter than the limit, even empty'),
  })
  .meta({ id: 'ListedAppProfiles' })
