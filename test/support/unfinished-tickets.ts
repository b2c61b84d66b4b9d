// What a request that was cut off leaves of a tenant's tickets in the store, and how a test makes it older than it is.
import { type Ticket, filingBuckets, filingTable, ticketTable } from '../../functions/code/tickets/ticket-table.ts'
import type { Row, Store } from '../../shared/store/store.ts'

const limit = 1_000

/** Tickets that were begun and not finished. */
export const leftInFiling = async (store: Store, tenantId: string): Promise<readonly Row<Ticket>[]> => {
  const { rows } = await store.open(ticketTable).ticket.list({ tenantId }, { limit })
  return rows.filter(({ value }) => value.state === 'filing')
}

/** The markers that the nightly run goes by. */
export const markersOf = async (store: Store, tenantId: string) => {
  const markers = store.open(filingTable)
  const pages = await Promise.all(filingBuckets.names.map((bucket) => markers.filing.list({ bucket }, { limit })))
  return pages.flatMap(({ rows }) => rows).filter(({ value }) => value.tenantId === tenantId)
}

/** As if every ticket of the tenant had been begun so much earlier: the row, its claims and its marker all have the time in their keys. */
export const makeOlder = async (store: Store, tenantId: string, ms: number): Promise<void> => {
  const earlier = (time: string): string => new Date(Date.parse(time) - ms).toISOString()
  const tickets = store.open(ticketTable)
  const { rows } = await tickets.ticket.list({ tenantId }, { limit })
  for (const row of rows) {
    const ticket = { createdAt: earlier(row.value.createdAt), ref: row.value.ref }
    const claims = await Promise.all(
      row.value.findings.map(({ fingerprint }) => tickets.claim.get({ tenantId, fingerprint })),
    )
    await tickets.transaction([
      tickets.ticket.toDelete(row),
      tickets.ticket.toInsert({ ...row.value, ...ticket }),
      ...claims.flatMap((claim) =>
        claim?.value.ticket.ref === ticket.ref ? [tickets.claim.toUpdate(claim, { ...claim.value, ticket })] : [],
      ),
    ])
  }
  const markers = store.open(filingTable)
  for (const { value } of await markersOf(store, tenantId)) {
    await markers.filing.delete(value)
    await markers.filing.insert({ ...value, bucket: filingBuckets.of(value.ref), createdAt: earlier(value.createdAt) })
  }
}
