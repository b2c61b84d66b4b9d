// Profiles that CMDB refuses: each stays among the changes, so that every sync tries it again, and says why.
import type * as z from 'zod'
import type { AppError } from '../../../shared/errors.ts'
import { CmdbProblem } from '../../../shared/peers/cmdb/contract.ts'
import type { Store } from '../../../shared/store/store.ts'
import type { CmdbRefusal } from './contract.ts'
import { type Profile, openProfiles } from './profile-table.ts'

const reasonLengthMax = 500

/**
 * CMDB's own words where it has sent a problem document: they are for the people whose data it is, and without our key. Else what we know.
 */
export const refusalReasonOf = ({ cause, message }: AppError): string => {
  const said = cause instanceof Error ? /\{.*\}/s.exec(cause.message)?.[0] : undefined
  const problem = said === undefined ? undefined : problemIn(said)
  const reason = problem ? [problem.title, problem.detail].filter((text) => text !== undefined).join(': ') : message
  return reason.slice(0, reasonLengthMax)
}

const problemIn = (text: string): z.infer<typeof CmdbProblem> | undefined => {
  try {
    return CmdbProblem.safeParse(JSON.parse(text)).data
  } catch {
    // It is no JSON, or was cut.
    return undefined
  }
}

/** Most repositories that an incident names. */
const namedMax = 10
const pageSize = 200
const pagesMax = 10

/** The first repositories that were refused in this sync. */
export const refusedIn = async (
  { store }: { readonly store: Store },
  { tenantId, requestId }: { readonly tenantId: string; readonly requestId: string },
): Promise<readonly string[]> => {
  const found: string[] = []
  let cursor: string | undefined
  for (let page = 0; page < pagesMax && found.length < namedMax; page += 1) {
    const { profiles, nextCursor } = await refusedPage(store, tenantId, { limit: pageSize, cursor })
    found.push(...profiles.filter(({ refusal }) => refusal?.requestId === requestId).map((one) => one.repositoryId))
    if (nextCursor === undefined) break
    cursor = nextCursor
  }
  return found.slice(0, namedMax)
}

type PageRequest = { readonly limit: number; readonly cursor?: string | undefined }

const refusedPage = async (store: Store, tenantId: string, page: PageRequest) => {
  const rows = openProfiles(store)
  const { rows: changes, nextCursor } = await rows.change.list({ tenantId }, page)
  const profiles = await Promise.all(changes.map(({ value }) => rows.profile.get(value)))
  const refused = profiles.flatMap((row): readonly Profile[] =>
    row?.value.refusal?.version === row?.value.version && row ? [row.value] : [],
  )
  return { profiles: refused, nextCursor }
}

/** One page, in the order of repositories. It can be shorter than asked for, even empty. */
export const listRefusals = async (
  store: Store,
  tenantId: string,
  page: PageRequest,
): Promise<{ readonly refusals: CmdbRefusal[]; readonly nextCursor?: string }> => {
  const { profiles, nextCursor } = await refusedPage(store, tenantId, page)
  const refusals = profiles.flatMap(({ repositoryId, draft: { name }, isGone, refusal }) =>
    refusal
      ? [
          {
            repositoryId,
            name,
            wanted: isGone ? ('retire' as const) : ('put' as const),
            reason: refusal.reason,
            refusedAt: refusal.at,
            syncId: refusal.requestId,
          },
        ]
      : [],
  )
  return { refusals, ...(nextCursor !== undefined && { nextCursor }) }
}
