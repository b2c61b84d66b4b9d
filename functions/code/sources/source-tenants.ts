// The tenants that have, or ever had, repositories: in buckets, so that jobs walk over all of them without asking Hub who there is.
import * as z from 'zod'
import { isAppError } from '../../../shared/errors.ts'
import { eachAtOnce } from '../../../shared/pool.ts'
import { buckets } from '../../../shared/store/buckets.ts'
import type { Row } from '../../../shared/store/entity.ts'
import type { Store } from '../../../shared/store/store.ts'
import { rowKind, table } from '../../../shared/store/table.ts'

const billed = 'Stands behind a bill. It goes after 400 days'

const SourceTenant = z.strictObject({
  bucket: z.string(),
  tenantId: z.string(),
  /** The last day whose usage Hub has, with all before it (CODE-5). */
  reportedThrough: z.iso.date(),
  /** When the last adjustment was asked for of which Hub may not know yet. */
  adjustingSince: z.iso.datetime().optional(),
})
export type SourceTenant = z.infer<typeof SourceTenant>

export const sourceTenantTable = table('codeSourceTenants', {
  tenant: rowKind({
    schema: SourceTenant,
    partition: ['bucket'],
    key: ['tenantId'],
    keepFor: 'forever',
    dataOf: { tenant: ['tenantId'] },
  }),
  /** Days that the report has passed over since they were too old, of all tenants. */
  missed: rowKind({
    schema: z.strictObject({
      scope: z.literal('all'),
      tenantId: z.string(),
      from: z.iso.date(),
      to: z.iso.date(),
      notedAt: z.iso.datetime(),
    }),
    partition: ['scope'],
    key: ['tenantId', 'from'],
    keepFor: { days: 400 },
    dataOf: { tenant: ['tenantId'], keptOn: { tenant: billed } },
  }),
  /** How far a walk got that had to stop: the next one of the job goes on from there. */
  position: rowKind({
    schema: z.strictObject({ job: z.string(), bucket: z.string(), cursor: z.string().optional() }),
    partition: ['job'],
    key: [],
    keepFor: { days: 7 },
    dataOf: { nobody: 'How far a walk over all organizations got' },
  }),
})

export const sourceTenantBuckets = buckets('tenants')

/** @param day on which it has its first repository: at 00:00 it had none */
export const noteSourceTenant = async (store: Store, tenantId: string, day: string): Promise<void> => {
  const rows = store.open(sourceTenantTable).tenant
  const key = { bucket: sourceTenantBuckets.of(tenantId), tenantId }
  if (await rows.get(key)) return
  try {
    await rows.insert({ ...key, reportedThrough: day })
  } catch (error) {
    if (!isAppError(error, 'conflict')) throw error
  }
}

export type Walk = {
  /** Walks of one name go on where the last one stopped. Never two at once: it is for timers. */
  readonly job: string
  /** Aborted when the walk has to stop. */
  readonly signal: AbortSignal
  /** Tenants that are worked on at once. */
  readonly atOnce: number
}

const pageSize = 200

/**
 * Calls `work` for each tenant, a page of them at a time. A walk that was stopped, or killed, is continued by the next one to its end; the
 * one after that begins at the beginning again. So a page may come twice, and slow tenants keep none of the others from their turn.
 * @param work has to handle its failures: the first one ends the walk
 */
export const walkSourceTenants = async (
  store: Store,
  { job, signal, atOnce }: Walk,
  work: (tenant: Row<SourceTenant>) => Promise<void>,
): Promise<void> => {
  const { names } = sourceTenantBuckets
  const rows = store.open(sourceTenantTable)
  const stopped = (await rows.position.get({ job }))?.value
  let cursor = stopped?.cursor
  const start = stopped ? Math.max(0, names.indexOf(stopped.bucket)) : 0
  for (const bucket of names.slice(start)) {
    do {
      await rows.position.upsert({ job, bucket, ...(cursor !== undefined && { cursor }) })
      const page = await rows.tenant.list({ bucket }, { limit: pageSize, cursor })
      await eachAtOnce(page.rows, { atOnce, signal }, work)
      if (signal.aborted) return
      cursor = page.nextCursor
    } while (cursor !== undefined)
  }
  await rows.position.delete({ job })
}
