// What is kept of the search for a root cause: what was asked, what was read until the report is written, and the report.
import * as z from 'zod'
import { plainDigest } from '../../../shared/auth/plain-digest.ts'
import { canonicalJson } from '../../../shared/http/canonical-json.ts'
import type { Services } from '../../../shared/services.ts'
import { rowKind, table } from '../../../shared/store/table.ts'

const StoredCause = z.strictObject({
  tenantId: z.string(),
  causeId: z.string(),
  ticketId: z.string(),
  /** For whom the records are read: what this person may not see is not in the report. */
  userId: z.string(),
  /** The ticket first, then what was named beside it. */
  sources: z.array(z.strictObject({ product: z.string(), kind: z.string(), id: z.string() })),
  /** How often it was begun: another one follows only on one that failed or was cancelled. */
  attempt: z.int().min(1),
  requestedAt: z.iso.datetime(),
  requestedBy: z.string(),
})
export type StoredCause = z.infer<typeof StoredCause>

const keepFor = { days: 90 }
const key = { tenantId: z.string(), causeId: z.string() }
const ofCause = { tenant: ['tenantId'], through: { project: ['causeId'] }, secret: ['sealed'] }

export const rootCauseTable = table('aiRootCauses', {
  cause: rowKind({
    schema: StoredCause,
    partition: ['tenantId'],
    key: ['causeId'],
    keepFor,
    dataOf: { tenant: ['tenantId'], person: ['userId'], names: ['requestedBy'], leadsTo: { project: ['causeId'] } },
  }),
  /** What was read of one source. Deleted once the report is written; of a search that failed it ends by itself. */
  material: rowKind({
    schema: z.strictObject({ ...key, attempt: z.int(), position: z.string(), sealed: z.string() }),
    partition: ['tenantId', 'causeId'],
    key: ({ attempt, position }) => [String(attempt), position],
    keepFor: { days: 2 },
    dataOf: ofCause,
  }),
  report: rowKind({
    schema: z.strictObject({ ...key, writtenAt: z.iso.datetime(), sealed: z.string() }),
    partition: ['tenantId', 'causeId'],
    key: ['causeId'],
    keepFor,
    dataOf: ofCause,
  }),
})

/** The same question about the same records by the same person is one search. 43 characters that tell nothing. */
export const causeIdOf = (tenantId: string, userId: string, sources: StoredCause['sources']): string =>
  plainDigest(canonicalJson([tenantId, userId, sources]))

type Place = { readonly tenantId: string; readonly causeId: string }

const recordOf = ({ causeId }: Place, part: string): string => `root-cause/${causeId}/${part}`

/** What the products say is kept encrypted. */
export const seal = async (services: Services, place: Place, part: string, value: unknown): Promise<string> =>
  (await services.sealing()).seal(place.tenantId, recordOf(place, part), JSON.stringify(value))

export const unseal = async (services: Services, place: Place, part: string, sealed: string): Promise<unknown> =>
  JSON.parse(await (await services.sealing()).open(place.tenantId, recordOf(place, part), sealed)) as unknown
