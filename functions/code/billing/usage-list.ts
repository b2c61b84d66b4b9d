// Reads what was reported: figures with their corrections, and the repositories behind a figure.
import { AppError } from '../../../shared/errors.ts'
import type { Store } from '../../../shared/store/store.ts'
import { isWithin } from '../sources/day-ranges.ts'
import { sourceTable } from '../sources/source-table.ts'
import type { ProtectedRepositories, Usage, UsageQuery } from './contract.ts'
import { type Adjustment, usageTable } from './usage-table.ts'

type PageRequest = { readonly limit: number; readonly cursor?: string | undefined }

/** One page of days, in their order. */
export const listUsage = async (store: Store, tenantId: string, query: UsageQuery): Promise<Usage> => {
  const { from, to, limit, cursor } = query
  const range = { ...(from !== undefined && { from: [from] }), ...(to !== undefined && { to: [to] }) }
  const { rows, nextCursor } = await store.open(usageTable).day.list({ tenantId }, { limit, cursor, ...range })
  const adjustments = await adjustmentsOf(store, tenantId, rows[0]?.value.date, rows.at(-1)?.value.date)
  const days = rows.map(({ value }) => ({
    ...value,
    adjustments: adjustments.filter(({ date }) => date === value.date),
  }))
  return { days, ...(nextCursor !== undefined && { nextCursor }) }
}

const adjustmentsOf = async (
  store: Store,
  tenantId: string,
  first: string | undefined,
  last: string | undefined,
): Promise<readonly Adjustment[]> => {
  if (first === undefined || last === undefined) return []
  const adjustments: Adjustment[] = []
  const range = { from: [first], to: [last], pageSize: 1_000 }
  for await (const { value } of store.open(usageTable).adjustment.each({ tenantId }, range)) adjustments.push(value)
  return adjustments
}

/**
 * One page of the repositories that were active at 00:00 UTC of the day.
 * @throws AppError `not-found` when no figure of the day is kept
 */
export const listProtectedRepositories = async (
  store: Store,
  { tenantId, date }: { readonly tenantId: string; readonly date: string },
  { limit, cursor }: PageRequest,
): Promise<ProtectedRepositories> => {
  const day = await store.open(usageTable).day.get({ tenantId, date })
  if (!day) throw new AppError('not-found', 'There is no usage on record for the day in the path.')
  const { organization, repository } = store.open(sourceTable)
  const { rows, nextCursor } = await repository.list({ tenantId }, { limit, cursor })
  const placed = rows.flatMap(({ value }) => {
    const place = [value, ...value.left].find(({ activeDays }) => isWithin(activeDays, date))
    return place ? [{ ...value, orgId: place.orgId }] : []
  })
  const orgIds = [...new Set(placed.map(({ orgId }) => orgId))]
  const organizations = await Promise.all(orgIds.map((orgId) => organization.get({ tenantId, orgId })))
  const connected = new Set(
    organizations.flatMap((row) => (row && isWithin(row.value.connectedDays, date) ? [row.value.orgId] : [])),
  )
  const repositories = placed
    .filter(({ orgId }) => connected.has(orgId))
    .map(({ repositoryId, orgId, name, discoveredAt }) => ({ repositoryId, orgId, name, discoveredAt }))
  return { date, quantity: day.value.quantity, repositories, ...(nextCursor !== undefined && { nextCursor }) }
}
