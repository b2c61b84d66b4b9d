import { describe, expect, inject, it } from 'vitest'
import { newRepository, seenAgain, vulnerability } from '../../../support/findings.ts'
import { type Ticketing, startTicketing } from '../../../support/ticketing.ts'

const stack = inject('stack')

const first = '2026-03-01T08:00:00Z'
const closedAt = '2026-03-10T08:00:00Z'
const daysLater = (days: number): string => new Date(Date.parse(closedAt) + days * 86_400_000).toISOString()

/** An organization with one finding that has a ticket. */
const filed = async (): Promise<Ticketing & { finding: ReturnType<typeof vulnerability>; id: string }> => {
  const ticketing = await startTicketing(stack)
  const finding = vulnerability({ detectedAt: first })
  const { ticket } = await ticketing.file(finding)
  return { ...ticketing, finding, id: ticket.id ?? '' }
}

describe.concurrent('a finding that a later scan sees while its ticket is open', () => {
  it('is noted on the ticket, once, however often the scan is handed in', async () => {
    const { file, fileAll, psa, finding, id } = await filed()
    const again = seenAgain(finding, '2026-03-02T08:00:00Z')
    expect(await file(again)).toMatchObject({ status: 200, ticket: { id } })
    expect(await fileAll([again])).toMatchObject([{ outcome: 'existing', ticket: { id } }])
    expect((await file(again)).status).toBe(200)
    const [ticket, ...others] = await psa.tickets()
    expect(others).toEqual([])
    expect(ticket?.status).toBe('new')
    expect(ticket?.notes).toMatchObject([
      {
        internal: true,
        text: `Found again by The One Code:\n- ${finding.title} (2026-03-02T08:00:00.000Z) ${finding.url}`,
      },
    ])
  })

  it('is noted once when the scan is handed in many times at once', async () => {
    const { file, psa, finding, id } = await filed()
    const again = seenAgain(finding, '2026-03-02T08:00:00Z')
    const answers = await Promise.all(Array.from({ length: 8 }, () => file(again)))
    expect(new Set(answers.map((answer) => `${answer.status} ${answer.ticket.id}`))).toEqual(new Set([`200 ${id}`]))
    const [ticket] = await psa.tickets()
    expect(ticket?.notes).toHaveLength(1)
  })

  it('is noted for each scan that saw it', async () => {
    const { fileAll, psa, finding } = await filed()
    expect(await fileAll([seenAgain(finding, '2026-03-02T08:00:00Z')])).toMatchObject([{ outcome: 'noted' }])
    expect(await fileAll([seenAgain(finding, '2026-03-03T08:00:00Z')])).toMatchObject([{ outcome: 'noted' }])
    const [ticket] = await psa.tickets()
    expect(ticket?.notes).toHaveLength(2)
  })

  it('leaves the ticket alone when the scan is older than what the ticket knows', async () => {
    const { file, psa, finding, id } = await filed()
    expect(await file(seenAgain(finding, '2026-02-27T08:00:00Z'))).toMatchObject({ status: 200, ticket: { id } })
    expect(await psa.tickets()).toMatchObject([{ id, notes: [], version: 1 }])
  })

  it('gets one note together with the others of its ticket', async () => {
    const { fileAll, psa } = await startTicketing(stack)
    const repository = newRepository()
    const findings = [1, 2, 3].map(() => vulnerability({ repository, detectedAt: first }))
    await fileAll(findings)
    const again = findings.map((finding) => seenAgain(finding, '2026-03-02T08:00:00Z'))
    expect((await fileAll(again)).map(({ outcome }) => outcome)).toEqual(['noted', 'noted', 'noted'])
    const [ticket] = await psa.tickets()
    expect(ticket?.notes).toHaveLength(1)
    for (const { title } of findings) expect(ticket?.notes[0]?.text).toContain(title)
  })
})

describe.concurrent('a finding that a scan sees after its ticket was closed', () => {
  it.each(['closed', 'resolved'] as const)('within 30 days reopens the ticket that was %s, once', async (status) => {
    const { file, fileAll, psa, finding, id } = await filed()
    await psa.change(id, { status, closedAt })
    const again = seenAgain(finding, daysLater(30))
    expect(await fileAll([again])).toMatchObject([
      { outcome: 'reopened', ticket: { id, status: { value: 'open', live: true } } },
    ])
    expect(await file(again)).toMatchObject({ status: 200, ticket: { id } })
    const [ticket, ...others] = await psa.tickets()
    expect(others).toEqual([])
    expect(ticket).toMatchObject({ status: 'open', closedAt: null })
    expect(ticket?.notes).toHaveLength(1)
  })

  it('is not reopened by the same scan after people closed it again', async () => {
    const { file, psa, finding, id } = await filed()
    await psa.change(id, { status: 'closed', closedAt })
    const again = seenAgain(finding, daysLater(1))
    await file(again)
    await psa.change(id, { status: 'closed', closedAt: daysLater(2) })
    expect(await file(again)).toMatchObject({ status: 200, ticket: { id, status: { value: 'closed' } } })
    expect(await psa.tickets()).toMatchObject([{ id, status: 'closed' }])
  })

  it('is reopened once when the scan is handed in many times at once', async () => {
    const { file, psa, finding, id } = await filed()
    await psa.change(id, { status: 'closed', closedAt })
    const again = seenAgain(finding, daysLater(1))
    await Promise.all(Array.from({ length: 8 }, () => file(again)))
    const [ticket, ...others] = await psa.tickets()
    expect(others).toEqual([])
    expect(ticket).toMatchObject({ id, status: 'open' })
    expect(ticket?.notes).toHaveLength(1)
  })

  it('later than 30 days gets a new ticket that is related to the old one', async () => {
    const { file, psa, list, finding, id } = await filed()
    await psa.change(id, { status: 'closed', closedAt })
    const again = seenAgain(finding, daysLater(31))
    const { status, ticket } = await file(again)
    expect(status).toBe(201)
    expect(ticket.id).not.toBe(id)
    expect(await psa.tickets()).toMatchObject([
      { id, status: 'closed', relatedTicketIds: [], notes: [] },
      { id: ticket.id, status: 'new', relatedTicketIds: [id] },
    ])
    expect(await file(again)).toMatchObject({ status: 200, ticket: { id: ticket.id } })
    const chain = await list({ findingId: again.findingId })
    expect(chain.tickets.map((listed) => [listed.id, listed.status.value])).toEqual([
      [ticket.id, 'new'],
      [id, 'closed'],
    ])
    expect((await list({ findingId: finding.findingId })).tickets).toHaveLength(2)
  })

  it('later than 30 days gets one new ticket when it is handed in many times at once', async () => {
    const { file, psa, finding, id } = await filed()
    await psa.change(id, { status: 'closed', closedAt })
    const answers = await Promise.all(Array.from({ length: 12 }, () => file(seenAgain(finding, daysLater(40)))))
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1)
    expect(await psa.tickets()).toMatchObject([{ id }, { relatedTicketIds: [id] }])
  })

  it('keeps the relation to the old ticket when PSA refuses the new one at first', async () => {
    const { post, file, psa, mapClient, finding, id } = await filed()
    await psa.change(id, { status: 'closed', closedAt })
    const mapping = { source: 'repository', sourceId: finding.repository.id, clientName: 'Fabrikam' } as const
    await psa.setFaults({ operation: 'createTicket', kind: 'status', status: 422 })
    const again = seenAgain(finding, daysLater(60))
    expect((await post(again)).status).toBe(502)
    await psa.clearFaults()
    await psa.setCompanies(['company-right'])
    await mapClient({ ...mapping, psaCompanyId: 'company-right' })
    expect((await file(again)).status).toBe(201)
    expect(await psa.tickets()).toMatchObject([{ id }, { companyId: 'company-right', relatedTicketIds: [id] }])
  })

  it('but that was detected before it was closed changes nothing', async () => {
    const { file, psa, finding, id } = await filed()
    await psa.change(id, { status: 'closed', closedAt })
    const before = seenAgain(finding, '2026-03-09T08:00:00Z')
    expect(await file(before)).toMatchObject({ status: 200, ticket: { id, status: { value: 'closed' } } })
    expect(await psa.tickets()).toMatchObject([{ id, status: 'closed', notes: [] }])
  })
})

describe.concurrent('a finding whose ticket was deleted in PSA', () => {
  it('is listed as deleted, by PSA while it can be asked and as last known else', async () => {
    const { psa, list, id } = await filed()
    await psa.delete(id)
    for (let looks = 0; looks < 2; looks += 1)
      expect(await list()).toMatchObject({
        tickets: [{ id, status: { value: 'deleted', live: true } }],
        psaAvailable: true,
      })
    await psa.setFaults({ kind: 'expired-key' })
    expect(await list()).toMatchObject({ tickets: [{ id, status: { value: 'deleted', live: false } }] })
  })

  it('gets a new one that is linked to it, also from the same scan', async () => {
    const { file, psa, list, finding, id } = await filed()
    await psa.delete(id)
    const { status, ticket } = await file(finding)
    expect(status).toBe(201)
    expect(await psa.tickets()).toMatchObject([{ id: ticket.id, relatedTicketIds: [id] }])
    expect(ticket.previousTicketId).toBe(id)
    expect((await file(finding)).ticket.id).toBe(ticket.id)
    expect(
      (await list({ findingId: finding.findingId })).tickets.map((listed) => [listed.id, listed.status.value]),
    ).toEqual([
      [ticket.id, 'new'],
      [id, 'deleted'],
    ])
  })

  it('gets one new ticket, again and again', async () => {
    const { file, psa, finding, id } = await filed()
    let before = id
    for (let round = 0; round < 3; round += 1) {
      await psa.delete(before)
      const { status, ticket } = await file(finding)
      expect([status, ticket.id === before]).toEqual([201, false])
      before = ticket.id ?? ''
    }
    expect(await psa.tickets()).toHaveLength(1)
  })
})
