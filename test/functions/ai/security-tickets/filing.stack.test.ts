import { describe, expect, inject, it } from 'vitest'
import { noteReferenceOf, ticketRefOf } from '../../../../functions/ai/security-tickets/detection.ts'
import { type MadeTicket, recordGone } from '../../../../functions/ai/security-tickets/security-ticket-effect.ts'
import { securityTicketTable } from '../../../../functions/ai/security-tickets/security-ticket-table.ts'
import {
  type SecurityTicketing,
  detection,
  detectionEvent,
  detectionsOfOneCause,
  startSecurityTicketing,
  textsOf,
} from '../../../support/detections.ts'
import type { ShownTicket } from '../../../support/psa-control.ts'
import { isLong } from '../../../support/thoroughness.ts'

const stack = inject('stack')

const referencesOf = ({ notes }: ShownTicket): readonly string[] => notes.map(({ reference }) => reference)

describe('a detection of Defend', () => {
  it('that is critical becomes a ticket for the company of its client', async () => {
    const { tenantId, psa, mapClient, handle, unfinished, markers } = await startSecurityTicketing(stack)
    const found = detection({ client_id: 'client-1', title: 'Credential dumping' })
    await mapClient({ clientId: 'client-1', name: 'Fabrikam', psaCompanyId: 'company-1' })
    await psa.setCompanies(['company-1'])
    expect(await handle(found)).toBe('completed')
    expect(await psa.tickets()).toMatchObject([
      {
        externalReference: ticketRefOf(tenantId, found.detection_id),
        title: '[Critical] Credential dumping on srv-dc-01',
        priority: 'P1',
        board: 'service',
        companyId: 'company-1',
        source: 'the-one-ai',
        type: 'security_detection',
        links: [{ title: 'Detection in Defend', url: found.url }],
        notes: [],
      },
    ])
    expect(await unfinished()).toBe(0)
    expect(await markers()).toEqual([])
  })

  it('is assigned to whom the tenant has set, while PSA has that agent active', async () => {
    const { services, tenantId, psa, handle, mapClient, setSettings } = await startSecurityTicketing(stack)
    await mapClient({ clientId: 'client-1', name: 'Fabrikam', psaCompanyId: 'company-1' })
    await psa.setCompanies(['company-1'])
    await setSettings({ ticketBoard: 'security', ticketAssignee: 'agent-7' })
    const agent = { email: 'mia@example.com', firstName: 'Mia', lastName: 'Ito', role: 'technician' } as const
    const client = await services.psa()
    for (const active of [true, false]) {
      await client.putAgent(tenantId, 'agent-7', { ...agent, active, sourceVersion: 1 })
      await handle(detection({ client_id: 'client-1' }))
    }
    const assigned = { board: 'security', assignee: { id: 'agent-7', name: 'Mia Ito' } }
    expect(await psa.tickets()).toMatchObject([assigned, { board: 'security', assignee: null }])
  })

  it('comes in as a message', async () => {
    const { tenantId, psa, deliver, incidents } = await startSecurityTicketing(stack)
    const found = detection()
    await deliver(detectionEvent(tenantId, found))
    expect(await psa.tickets()).toMatchObject([{ externalReference: ticketRefOf(tenantId, found.detection_id) }])
    expect(await incidents()).toEqual([])
  })

  it.each(['high', 'medium', 'low'] as const)('of severity %s is nobody’s ticket', async (severity) => {
    const { psa, handle, markers } = await startSecurityTicketing(stack)
    expect(await handle(detection({ severity }))).toBe('ignored')
    expect(await psa.requests()).toEqual({})
    expect(await markers()).toEqual([])
  })

  it.each([
    ['belongs to no client', { client_id: null }, undefined],
    ['belongs to a client that nobody knows', { client_id: 'client-1' }, undefined],
    ['belongs to a client without a company', { client_id: 'client-1' }, { clientId: 'client-1', name: 'Fabrikam' }],
  ])('that %s waits on the triage board', async (_, given, client) => {
    const { psa, handle, mapClient } = await startSecurityTicketing(stack)
    if (client) await mapClient(client)
    expect(await handle(detection(given))).toBe('completed')
    expect(await psa.tickets()).toMatchObject([{ board: 'triage', companyId: null }])
  })

  it('is not given the company that a client of the same id has in another tenant', async () => {
    const [one, other] = [await startSecurityTicketing(stack), await startSecurityTicketing(stack)]
    await other.mapClient({ clientId: 'client-1', name: 'Fabrikam', psaCompanyId: 'company-1' })
    await one.handle(detection({ client_id: 'client-1' }))
    expect(await one.psa.tickets()).toMatchObject([{ board: 'triage', companyId: null }])
  })

  it('has a ticket in each tenant where it has the same ids', async () => {
    const [one, other] = [await startSecurityTicketing(stack), await startSecurityTicketing(stack)]
    const found = detection()
    expect(await one.handle(found)).toBe('completed')
    expect(await other.handle(found)).toBe('completed')
    for (const { psa } of [one, other]) expect(await psa.tickets()).toMatchObject([{ notes: [] }])
  })

  it('that is told again, by whatever event and in other words, changes nothing', async () => {
    const { tenantId, psa, handle, deliver, incidents } = await startSecurityTicketing(stack)
    const found = detection()
    await handle(found)
    const asked = await psa.requests()
    const again = { ...found, summary: 'In other words.', cause: 'another cause', detected_at: '2026-03-09T08:00:00Z' }
    expect(await handle(again)).toBe('duplicate')
    await deliver(detectionEvent(tenantId, again))
    expect(await psa.requests()).toEqual(asked)
    expect(await psa.tickets()).toMatchObject([{ notes: [] }])
    expect(await incidents()).toEqual([])
  })

  it('whose ids no storage keeps as they are becomes a ticket all the same', async () => {
    const { tenantId, psa, deliver, parked } = await startSecurityTicketing(stack)
    const ids = { detection_id: 'd-\ud800', client_id: 'c-\udc00', cause: 'T\ud800' }
    await deliver(detectionEvent(tenantId, detection(ids)))
    await deliver(detectionEvent(tenantId, detection(ids)))
    expect(await psa.tickets()).toMatchObject([{ notes: [] }])
    expect(await parked()).toEqual([])
  })

  it.each<readonly [string, Readonly<Record<string, unknown>>]>([
    ['more members', { later: { than: 'this version' }, device: { id: 'd', hostname: 'h', later: 1 } }],
    ['no device', { device: undefined }],
    ['no link', { url: undefined }],
    ['an empty summary', { summary: '' }],
    ['a summary of 60,000 characters', { summary: 's'.repeat(60_000) }],
    ['a title of 5,000 characters', { title: 't'.repeat(5_000) }],
    ['its severity in capitals', { severity: 'CRITICAL' }],
    ['a time with an offset', { detected_at: '2026-03-01T08:00:00+00:00' }],
    ['nothing but id and severity', Object.fromEntries(Object.keys(detection()).map((name) => [name, undefined]))],
  ])('becomes a ticket with %s', async (_, given) => {
    const { tenantId, psa, deliver, incidents } = await startSecurityTicketing(stack)
    const { detection_id, severity, ...rest } = detection()
    const event = detectionEvent(tenantId, detection())
    const data = Object.assign({ ...rest }, given, { detection_id, severity: given['severity'] ?? severity })
    // As JSON, where what is undefined is left out.
    await deliver(JSON.parse(JSON.stringify({ ...event, data })) as typeof event)
    expect(await psa.tickets()).toMatchObject([{ externalReference: ticketRefOf(tenantId, detection_id) }])
    expect(await incidents()).toEqual([])
  })
})

describe('detections of one client and cause', () => {
  it('join the ticket of the first one as internal notes', async () => {
    const { psa, handle, unfinished, markers } = await startSecurityTicketing(stack)
    const [first, second, third] = detectionsOfOneCause([0, 10, 59]) as [Found, Found, Found]
    for (const found of [first, second, third]) expect(await handle(found)).toBe('completed')
    for (const found of [third, second, first]) expect(await handle(found)).toBe('duplicate')
    const [ticket, ...others] = await psa.tickets()
    expect(others).toEqual([])
    expect(ticket?.description).toContain(first.summary)
    expect(ticket?.notes).toMatchObject([
      { reference: noteReferenceOf(second.detection_id), internal: true, ofReopening: false },
      { reference: noteReferenceOf(third.detection_id), internal: true, ofReopening: false },
    ])
    expect(ticket?.notes[0]?.text).toContain(second.summary)
    expect(ticket?.notes[1]?.text).toContain(third.summary)
    expect(await unfinished()).toBe(0)
    expect(await markers()).toEqual([])
  })

  it('join it up to 60 minutes later and earlier, and have another ticket beyond', async () => {
    const { psa, handle } = await startSecurityTicketing(stack)
    for (const found of detectionsOfOneCause([0, 60, -60, 61, -61])) await handle(found)
    const tickets = await psa.tickets()
    expect(tickets.map(({ notes }) => notes.length)).toEqual([2, 0, 0])
  })

  it('join the ticket of their own hour when they come late', async () => {
    const { psa, handle } = await startSecurityTicketing(stack)
    const [morning, evening, lateMorning, lateEvening] = detectionsOfOneCause([0, 600, 30, 630]) as [
      Found,
      Found,
      Found,
      Found,
    ]
    for (const found of [morning, evening, lateMorning, lateEvening]) await handle(found)
    const tickets = await psa.tickets()
    expect(tickets.map(referencesOf)).toEqual([
      [noteReferenceOf(lateMorning.detection_id)],
      [noteReferenceOf(lateEvening.detection_id)],
    ])
  })

  it('do not join those of another cause, another client, or none', async () => {
    const { psa, handle } = await startSecurityTicketing(stack)
    const base = detection({ client_id: 'client-1', cause: 'T1003' })
    const { detection_id: _, ...rest } = base
    for (const given of [
      rest,
      { ...rest, cause: 'T1004' },
      { ...rest, client_id: 'client-2' },
      { ...rest, client_id: null },
    ])
      await handle(detection(given))
    const tickets = await psa.tickets()
    expect(tickets.map(({ notes }) => notes.length)).toEqual([0, 0, 0, 0])
    await handle(detection({ ...rest, client_id: null }))
    expect((await psa.tickets()).map(({ notes }) => notes.length)).toEqual([0, 0, 0, 1])
  })

  it.each(['resolved', 'closed'] as const)('open the ticket again that is %s', async (status) => {
    const { psa, handle } = await startSecurityTicketing(stack)
    const [first, second] = detectionsOfOneCause([0, 10]) as [Found, Found]
    await handle(first)
    const [made] = await psa.tickets()
    await psa.change(made?.id ?? '', { status })
    expect(await handle(second)).toBe('completed')
    const [ticket, ...others] = await psa.tickets()
    expect(others).toEqual([])
    expect(ticket).toMatchObject({ status: 'open', closedAt: null })
    expect(ticket?.notes).toMatchObject([{ reference: noteReferenceOf(second.detection_id), ofReopening: true }])
    expect(ticket?.notes[0]?.text).toContain(second.summary)
  })

  it('keep the ticket of now when somebody finds out late that the one before it was deleted', async () => {
    const { tenantId, store, services, psa, handle } = await startSecurityTicketing(stack)
    const found = detection()
    await handle(found)
    const rows = store.open(securityTicketTable).ticket
    const key = { tenantId, ref: ticketRefOf(tenantId, found.detection_id) }
    const row = (await rows.get(key))?.value
    if (!row?.made) throw new Error('There is no ticket.')
    const work = { store, psa: await services.psa(), now: services.now, tenantId, signal: AbortSignal.timeout(60_000) }
    const earlier = { ...row, made: { ...row.made, id: `${row.made.id}-before` } }
    expect(await recordGone(work, earlier as MadeTicket)).toMatchObject({ code: 'conflict' })
    expect((await rows.get(key))?.value).toEqual(row)
    await recordGone(work, row as MadeTicket)
    expect((await rows.get(key))?.value.state).toBe('gone')
    expect(await psa.tickets()).toHaveLength(1)
  })

  it('begin another ticket when somebody deleted theirs', async () => {
    const { psa, handle, markers } = await startSecurityTicketing(stack)
    const [first, second, third] = detectionsOfOneCause([0, 10, 20]) as [Found, Found, Found]
    await handle(first)
    const [made] = await psa.tickets()
    await psa.delete(made?.id ?? '')
    expect(await handle(second)).toBe('completed')
    expect(await handle(third)).toBe('completed')
    expect(await handle(first)).toBe('duplicate')
    const [ticket, ...others] = await psa.tickets()
    expect(others).toEqual([])
    expect(ticket?.description).toContain(second.summary)
    expect(ticket?.notes).toMatchObject([{ reference: noteReferenceOf(third.detection_id) }])
    expect(await markers()).toEqual([])
  })
})

describe('detections that come at once', () => {
  it('are on one ticket of each group, each exactly once', async () => {
    const { psa, handle, unfinished, markers } = await startSecurityTicketing(stack)
    const [groupsOfMany, many] = isLong ? [4, 49] : [2, 19]
    const groups = [
      ...Array.from({ length: groupsOfMany }, () =>
        detectionsOfOneCause(Array.from({ length: many }, (_, index) => index)),
      ),
      ...Array.from({ length: groupsOfMany }, () => [detection()]),
    ]
    const all = groups.flat().sort(() => Math.random() - 0.5)
    // Every tenth is told twice.
    const told = [...all, ...all.filter((_, index) => index % 10 === 0)]
    await handleAll(handle, told)
    const tickets = await psa.tickets()
    expect(tickets).toHaveLength(groups.length)
    for (const group of groups) {
      const own = tickets.filter((ticket) => group.some(({ summary }) => textsOf(ticket).join().includes(summary)))
      expect(own).toHaveLength(1)
      const texts = own.flatMap(textsOf)
      expect(texts).toHaveLength(group.length)
      for (const { summary } of group) expect(texts.filter((text) => text.includes(summary))).toHaveLength(1)
    }
    expect(await unfinished()).toBe(0)
    expect(await markers()).toEqual([])
  }, 180_000)

  it('are on one ticket when their ticket was deleted or closed', async () => {
    const { psa, handle } = await startSecurityTicketing(stack)
    const [first, ...others] = detectionsOfOneCause(Array.from({ length: 13 }, (_, index) => index)) as [
      Found,
      ...Found[],
    ]
    await handle(first)
    await psa.change((await psa.tickets())[0]?.id ?? '', { status: 'closed' })
    await handleAll(handle, others.slice(0, 6))
    const [reopened, ...more] = await psa.tickets()
    expect(more).toEqual([])
    expect(reopened).toMatchObject({ status: 'open' })
    for (const { summary } of others.slice(0, 6))
      expect(reopened && textsOf(reopened).filter((text) => text.includes(summary))).toHaveLength(1)
    await psa.delete(reopened?.id ?? '')
    await handleAll(handle, others.slice(6))
    const [anew, ...yetMore] = await psa.tickets()
    expect(yetMore).toEqual([])
    expect(anew && textsOf(anew)).toHaveLength(6)
  })
})

type Found = ReturnType<typeof detection>

/** All at once. What a busy machine does not get done in time comes again, as it would from the bus. */
const handleAll = async (handle: SecurityTicketing['handle'], told: readonly Found[]): Promise<void> => {
  let open = told
  for (let round = 0; round < 5 && open.length > 0; round += 1) {
    const outcomes = await Promise.allSettled(open.map(handle))
    for (const outcome of outcomes)
      if (outcome.status === 'fulfilled') expect(['completed', 'duplicate']).toContain(outcome.value)
      else expect(outcome.reason).toMatchObject({ code: expect.stringMatching(/^(?:storage|peer)-/) as string })
    open = open.filter((_, index) => outcomes[index]?.status === 'rejected')
  }
  expect(open).toEqual([])
}
