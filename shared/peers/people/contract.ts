// The wire between this suite and The One People, version 1: profiles are read on behalf of a user, and who may see signals on behalf of the
// suite; nothing is written.
import * as z from 'zod'
import { RecordId, RecordUrl, userHeader } from '../user-read/contract.ts'

/** Request headers of every call. */
export const peopleHeaders = { key: 'X-Integration-Key', tenant: 'X-Tenant-Id', user: userHeader } as const

/** Answer of `GET /v1/profiles/{id}`. People shows everybody their own profile, managers those of their people, and who administers it all. */
export const PeopleProfile = z.object({
  id: RecordId,
  name: z.string(),
  jobTitle: z.string().optional(),
  department: z.string().optional(),
  /** Of Hub, as those of all people in it. */
  managerId: RecordId.optional(),
  managerName: z.string().optional(),
  startedOn: z.iso.date().optional(),
  /** How somebody works, as People has made it out and they have confirmed it. */
  workDna: z.object({
    strengths: z.array(z.string()).max(50),
    workingStyle: z.string().optional(),
    communication: z.string().optional(),
    /** As in "09:00 to 11:00". */
    focusHours: z.string().optional(),
    worksOftenWith: z.array(z.string()).max(50),
  }),
  url: RecordUrl,
})
export type PeopleProfile = z.infer<typeof PeopleProfile>

/**
 * Answer of `GET /v1/profiles/{id}/signal-audience`, as the suite asks on its own behalf: who may see a signal about the work of this person. Who
 * reports to somebody, or works beside them, is none of them.
 */
export const PeopleSignalAudience = z.object({ profileId: RecordId, userIds: z.array(RecordId).max(50) })
export type PeopleSignalAudience = z.infer<typeof PeopleSignalAudience>
