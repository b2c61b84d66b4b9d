// What the endpoints of application profiles and of CMDB sync take and answer.
import * as z from 'zod'
import { OwnId } from '../../../shared/schema/own-id.ts'
import { TimeFromOutside } from '../../../shared/schema/time.ts'
import { OpaqueId, line, webLink } from '../../../shared/text/text-schema.ts'

const Time = z.iso.datetime()
const Score = z.number().min(0).max(100)
/** As CMDB takes it. */
const Word = line(64)

export const ProfilePath = z.strictObject({ repositoryId: OpaqueId })

/** The whole profile as The One Code has it now. The limits are those of CMDB, so that nothing is refused later that was taken here. */
export const ProfileDraft = z.strictObject({
  name: line(200).describe('As people know it, e.g. northwind/storefront'),
  url: webLink.optional(),
  organizationId: OpaqueId.describe('The source-control organization that the repository belongs to'),
  appType: Word.describe('e.g. web_application'),
  techStack: z.array(line(100)).max(100),
  healthScore: Score.optional().describe('0 to 100, which is the best'),
  debtScore: Score.optional().describe('0 to 100, which is the most debt'),
  lastCommitAt: TimeFromOutside.optional(),
  commitFrequency: z.number().min(0).optional().describe('Commits a week, on average'),
  hostingPlatform: Word.optional(),
  dataClassification: Word.optional(),
})
export type ProfileDraft = z.infer<typeof ProfileDraft>

export const AppProfile = z
  .object({
    repositoryId: z.string(),
    version: z.int().describe('Grows with every change'),
    changedAt: Time,
    assetVersion: z.int().nullable().describe('The version that CMDB has. Null when it has none, or a retired one'),
  })
  .meta({ id: 'AppProfile', description: 'An application profile, and how far CMDB knows it' })
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
      refused: z.int().describe('Profiles that CMDB refuses. Each is tried again when it changes'),
      of: z.int().describe('Changes that there are to sync; what has just been changed may be added'),
    }),
    retirementsHeld: z
      .int()
      .describe('Assets of repositories that are gone, so many that none is retired until somebody confirms it'),
    confirmation: z.object({ confirmedAt: Time, syncId: z.string().describe('The sync that retires them') }).optional(),
    problem: z.object({ code: z.string(), detail: z.string() }).optional(),
  })
  .meta({ id: 'CmdbSync', description: 'One run of the sync from application profiles to CMDB assets' })
export type CmdbSync = z.input<typeof CmdbSync>

export const RequestedSync = CmdbSync.extend({ progressUrl: z.string() }).meta({ id: 'RequestedCmdbSync' })
export const LatestSync = z
  .object({ sync: CmdbSync.nullable().describe('Null when there was none yet') })
  .meta({ id: 'LatestCmdbSync' })
