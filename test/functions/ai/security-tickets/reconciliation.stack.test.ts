import { describe, expect, inject, it } from 'vitest'
import { timerInput } from '../../../support/timer-input.ts'
import { noteReferenceOf } from '../../../../functions/ai/security-tickets/detection.ts'
import { unsettledPending } from '../../../../functions/ai/security-tickets/security-ticket-table.ts'
import { reconcileSecurityTickets } from '../../../../functions/ai/security-tickets/timers.ts'
import {
  type SecurityTicketing,
  detection,
  detectionsOfOneCause,
  startSecurityTicketing,
} from '../../../support/detections.ts'

const stack = inject('stack')
const minutes = 60_000

/** A detection of which the storage knows and PSA does not. */
const begun = async (ticketing: SecurityTicketing, found = detection()) => {
  await ticketing.psa.setFaults({ kind: 'expired-key' })
  await expect(ticketing.handle(found)).rejects.toMatchObject({ code: 'peer-unauthorized' })
  await ticketing.psa.clearFaults()
  return found
}

const reconcile = ({ services }: SecurityTicketing, signal = AbortSignal.timeout(30_000)): Promise<void> =>
  reconcileSecurityTickets.handler(timerInput(services, signal))

describe('the nightly run over detections that nobody finished', () => {
  it('finishes one that is older than ten minutes, once', async () => {
    const ticketing = await startSecurityTicketing(stack)
    const { psa, handle, makeMarkersOlder, markers, unfinished, incidents } = ticketing
    const found = await begun(ticketing)
    await makeMarkersOlder(11 * minutes)
    await reconcile(ticketing)
    const [ticket, ...others] = await psa.tickets()
    expect(others).toEqual([])
    expect(ticket?.description).toContain(found.summary)
    expect(await markers()).toEqual([])
    expect(await unfinished()).toBe(0)
    await reconcile(ticketing)
    expect(await handle(found)).toBe('duplicate')
    expect(await psa.tickets()).toHaveLength(1)
    expect(await incidents()).toEqual([])
  })

  it('finishes one that PSA has already, and makes no second', async () => {
    const ticketing = await startSecurityTicketing(stack, { psa: { retries: { max: 0 } } })
    const { psa, handle, makeMarkersOlder, unfinished } = ticketing
    await psa.setFaults({ operation: 'createTicket', kind: 'commit-then-status' })
    await expect(handle(detection())).rejects.toMatchObject({ code: 'peer-unavailable' })
    await psa.clearFaults()
    await makeMarkersOlder(11 * minutes)
    await reconcile(ticketing)
    expect(await psa.tickets()).toHaveLength(1)
    expect(await unfinished()).toBe(0)
  })

  it('notes one that was to join the ticket of another', async () => {
    const ticketing = await startSecurityTicketing(stack)
    const { psa, handle, makeMarkersOlder, unfinished } = ticketing
    const [first, second] = detectionsOfOneCause([0, 5]) as [Found, Found]
    await handle(first)
    await begun(ticketing, second)
    await makeMarkersOlder(11 * minutes)
    await reconcile(ticketing)
    const [ticket, ...others] = await psa.tickets()
    expect(others).toEqual([])
    expect(ticket?.notes).toMatchObject([{ reference: noteReferenceOf(second.detection_id) }])
    expect(ticket?.notes[0]?.text).toContain(second.summary)
    expect(await unfinished()).toBe(0)
  })

  it('leaves one that is younger to the message that may still be at work', async () => {
    const ticketing = await startSecurityTicketing(stack)
    const { psa, makeMarkersOlder, markers, unfinished } = ticketing
    await begun(ticketing)
    await makeMarkersOlder(9 * minutes)
    await reconcile(ticketing)
    expect(await psa.tickets()).toEqual([])
    expect(await markers()).toHaveLength(1)
    expect(await unfinished()).toBe(2)
  })

  it('takes away a marker behind which nothing was begun, and one whose detection is settled', async () => {
    const ticketing = await startSecurityTicketing(stack)
    const { tenantId, store, psa, handle, markers } = ticketing
    const settled = detection()
    await handle(settled)
    const longAgo = new Date('2026-01-01T00:00:00Z')
    for (const ref of [settled.detection_id, 'nothing'])
      await unsettledPending.mark(store, { tenantId, ref, createdAt: longAgo.toISOString() }, longAgo)
    expect(await markers()).toHaveLength(2)
    await reconcile(ticketing)
    expect(await markers()).toEqual([])
    expect(await psa.tickets()).toHaveLength(1)
  })

  it('tells of one that PSA refuses, and tries it again the next night', async () => {
    const ticketing = await startSecurityTicketing(stack)
    const { psa, mapClient, makeMarkersOlder, markers, incidents } = ticketing
    await psa.setCompanies(['company-right'])
    await begun(ticketing, detection({ client_id: 'client-1' }))
    await psa.setFaults({ operation: 'createTicket', kind: 'status', status: 422 })
    await makeMarkersOlder(11 * minutes)
    await reconcile(ticketing)
    expect(await incidents()).toMatchObject([{ code: 'peer-rejected', severity: 'high', count: 1 }])
    await mapClient({ clientId: 'client-1', name: 'Fabrikam', psaCompanyId: 'company-right' })
    await psa.clearFaults()
    await makeMarkersOlder(11 * minutes)
    await reconcile(ticketing)
    expect(await psa.tickets()).toMatchObject([{ companyId: 'company-right' }])
    expect(await markers()).toEqual([])
  })

  it('leaves one that was parked to its replay', async () => {
    const ticketing = await startSecurityTicketing(stack)
    const { psa, handle, incidents } = ticketing
    await psa.setFaults({ operation: 'createTicket', kind: 'status', status: 422 })
    await expect(handle(detection())).rejects.toMatchObject({ code: 'peer-rejected' })
    const asked = await psa.requests()
    await reconcile(ticketing)
    expect(await psa.requests()).toEqual(asked)
    expect(await incidents()).toEqual([])
  })

  it('finishes the others when PSA fails for one, and that one the next time', async () => {
    const [failing, fine] = [await startSecurityTicketing(stack), await startSecurityTicketing(stack)]
    for (const ticketing of [failing, fine]) {
      await begun(ticketing)
      await ticketing.makeMarkersOlder(11 * minutes)
    }
    await failing.psa.setFaults({ kind: 'expired-key' })
    await reconcile(fine)
    expect(await fine.psa.tickets()).toHaveLength(1)
    expect(await failing.psa.tickets()).toEqual([])
    expect(await failing.incidents()).toMatchObject([{ code: 'peer-unauthorized', severity: 'high' }])
    await failing.psa.clearFaults()
    await failing.makeMarkersOlder(11 * minutes)
    await reconcile(failing)
    expect(await failing.psa.tickets()).toHaveLength(1)
    expect(await failing.unfinished()).toBe(0)
  })

  it('stops when it is told to', async () => {
    const ticketing = await startSecurityTicketing(stack)
    const { psa, makeMarkersOlder, markers } = ticketing
    await begun(ticketing)
    await makeMarkersOlder(11 * minutes)
    await reconcile(ticketing, AbortSignal.abort())
    expect(await psa.tickets()).toEqual([])
    expect(await markers()).toHaveLength(1)
  })
})

type Found = ReturnType<typeof detection>
