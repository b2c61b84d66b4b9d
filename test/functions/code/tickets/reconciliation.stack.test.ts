import { describe, expect, inject, it } from 'vitest'
import { filingPending, ticketTable } from '../../../../functions/code/tickets/ticket-table.ts'
import { buckets } from '../../../../shared/store/buckets.ts'
import type { Store } from '../../../../shared/store/store.ts'
import { vulnerability } from '../../../support/findings.ts'
import { type Ticketing, startTicketing } from '../../../support/ticketing.ts'
import { runTimerUntil } from '../../../support/timer-run.ts'
import { leftInFiling, makeOlder, markersOf } from '../../../support/unfinished-tickets.ts'

const stack = inject('stack')
const timer = 'code-ticket-reconcile-timer'
const minutes = 60_000
const filingBuckets = buckets('codeTicketFilings')
const longAgo = new Date('2026-01-01T00:00:00Z')

/** A ticket that was begun and that PSA has not heard of. */
const begun = async (ticketing: Ticketing) => {
  const finding = vulnerability()
  await ticketing.psa.setFaults({ operation: 'createTicket', kind: 'expired-key' })
  const response = await ticketing.post(finding)
  expect(response.status).toBe(502)
  await ticketing.psa.clearFaults()
  return finding
}

/** Runs the timer to the end: it goes through the buckets in order, and takes away the empty marker that waits last in the last one. */
const reconcile = async ({ store, tenantId }: Ticketing): Promise<void> => {
  const bucket = filingBuckets.names.at(-1) ?? ''
  // Sorts behind the markers of every other tenant.
  const marker = {
    bucket,
    tenantId: `zz-${tenantId}-${Date.now()}`,
    createdAt: longAgo.toISOString(),
    takenUpAt: longAgo.toISOString(),
    ref: 'code-nothing',
  }
  const rows = store.open(filingPending.table)
  await rows.marker.upsert(marker)
  await runTimerUntil(stack.urls.functions, timer, async () => (await rows.marker.get(marker)) === undefined)
}

describe('the nightly run over tickets that were begun and not recorded', () => {
  it('finishes one that is older than ten minutes, once', async () => {
    const ticketing = await startTicketing(stack)
    const { psa, list, store, tenantId } = ticketing
    const finding = await begun(ticketing)
    await makeOlder(store, tenantId, 11 * minutes)
    expect(await leftInFiling(store, tenantId)).toHaveLength(1)
    await reconcile(ticketing)
    const [made, ...others] = await psa.tickets()
    expect(others).toEqual([])
    const finished = { id: made?.id, status: { value: 'new', live: true } }
    expect(await list()).toMatchObject({ tickets: [finished] })
    expect(await list({ findingId: finding.findingId })).toMatchObject({ tickets: [finished] })
    expect(await markersOf(store, tenantId)).toEqual([])
    expect((await ticketing.file(finding)).status).toBe(200)
    await reconcile(ticketing)
    expect(await psa.tickets()).toHaveLength(1)
  })

  it('finishes one that PSA has made already, and makes no second', async () => {
    const ticketing = await startTicketing(stack)
    const { psa, post, list, store, tenantId } = ticketing
    await psa.setFaults({ operation: 'createTicket', kind: 'commit-then-status' })
    expect((await post(vulnerability())).status).toBe(503)
    await psa.clearFaults()
    await makeOlder(store, tenantId, 11 * minutes)
    await reconcile(ticketing)
    const [made, ...others] = await psa.tickets()
    expect(others).toEqual([])
    expect(await list()).toMatchObject({ tickets: [{ id: made?.id, status: { value: 'new' } }] })
  })

  it('leaves one that is younger to the request that may still be at work', async () => {
    const ticketing = await startTicketing(stack)
    const { psa, store, tenantId } = ticketing
    await begun(ticketing)
    await makeOlder(store, tenantId, 9 * minutes)
    await reconcile(ticketing)
    expect(await psa.tickets()).toEqual([])
    expect(await leftInFiling(store, tenantId)).toHaveLength(1)
    expect(await markersOf(store, tenantId)).toHaveLength(1)
  })

  it('takes away a marker behind which nothing was begun, and one whose ticket is filed', async () => {
    const ticketing = await startTicketing(stack)
    const { store, tenantId, file } = ticketing
    await file(vulnerability())
    const { rows } = await store.open(ticketTable).ticket.list({ tenantId }, { limit: 10 })
    const [filed] = rows.map(({ value }) => value)
    await filingPending.mark(store, { tenantId, createdAt: longAgo.toISOString(), ref: 'code-empty' }, longAgo)
    await filingPending.mark(store, { tenantId, createdAt: filed?.createdAt ?? '', ref: filed?.ref ?? '' }, longAgo)
    expect(await markersOf(store, tenantId)).toHaveLength(2)
    await reconcile(ticketing)
    expect(await markersOf(store, tenantId)).toEqual([])
    expect(await ticketing.psa.tickets()).toHaveLength(1)
  })

  it('gives up on one that PSA refuses for good, and says so in the list', async () => {
    const ticketing = await startTicketing(stack)
    const { psa, store, tenantId, list } = ticketing
    await begun(ticketing)
    await makeOlder(store, tenantId, 11 * minutes)
    await psa.setFaults({ operation: 'createTicket', kind: 'status', status: 422 })
    await reconcile(ticketing)
    expect(await list()).toMatchObject({ tickets: [{ id: null, status: { value: 'rejected' } }] })
    expect(await markersOf(store, tenantId)).toEqual([])
  })

  it('finishes the others when PSA fails for one, and that one the next time', async () => {
    const [failing, fine, alsoFine] = [
      await startTicketing(stack),
      await startTicketing(stack),
      await startTicketing(stack),
    ]
    for (const ticketing of [failing, fine, alsoFine]) {
      await begun(ticketing)
      await makeOlder(ticketing.store, ticketing.tenantId, 11 * minutes)
    }
    await failing.psa.setFaults({ kind: 'expired-key' })
    await reconcile(fine)
    for (const { psa } of [fine, alsoFine]) expect(await psa.tickets()).toHaveLength(1)
    expect(await failing.psa.tickets()).toEqual([])
    expect(await markersOf(failing.store, failing.tenantId)).toHaveLength(1)
    await failing.psa.clearFaults()
    await reconcile(failing)
    expect(await failing.psa.tickets()).toHaveLength(1)
    expect(await leftInFiling(failing.store, failing.tenantId)).toEqual([])
  })

  it('finishes the others when the row of one is damaged', async () => {
    const [damaged, fine] = [await startTicketing(stack), await startTicketing(stack)]
    for (const ticketing of [damaged, fine]) {
      await begun(ticketing)
      await makeOlder(ticketing.store, ticketing.tenantId, 11 * minutes)
    }
    // Moved to the first bucket, so that the run meets it before all others.
    const ref = Array.from({ length: 1_000 }, (_, index) => `code-damaged-${index}`).find(
      (candidate) => filingBuckets.of(candidate) === filingBuckets.names[0],
    )
    const tickets = damaged.store.open(ticketTable)
    const [row] = await leftInFiling(damaged.store, damaged.tenantId)
    if (row === undefined || ref === undefined) throw new Error('There is no ticket to damage.')
    const moved = { ...row.value, ref }
    await tickets.ticket.insert(moved)
    const marker = await filingPending.mark(damaged.store, moved, longAgo)
    await damageTicket(damaged.store, ref)
    await reconcile(fine)
    expect(await fine.psa.tickets()).toHaveLength(1)
    expect((await markersOf(damaged.store, damaged.tenantId)).map(({ value }) => value.ref)).toContain(ref)

    await filingPending.clear(damaged.store, marker)
    await tickets.ticket.delete(moved)
  })
})

const damageTicket = async (store: Store, ref: string): Promise<void> => {
  await store.connection('codeTickets').run('damage a row', async (client) => {
    const query = { queryOptions: { filter: `ref eq '${ref}'` } }
    for await (const { partitionKey = '', rowKey = '' } of client.listEntities(query))
      await client.updateEntity({ partitionKey, rowKey, state: 'no such state' }, 'Merge')
  })
}
