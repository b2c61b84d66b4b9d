import { randomUUID } from 'node:crypto'
import { describe, expect, inject, it } from 'vitest'
import type { Finding } from '../../../../functions/code/tickets/finding.ts'
import { newRepository, seenAgain, vulnerability } from '../../../support/findings.ts'
import { startTicketing } from '../../../support/ticketing.ts'

const stack = inject('stack')

const first = '2026-03-01T08:00:00Z'
const later = '2026-03-02T08:00:00Z'
const minutesAhead = (minutes: number): string => new Date(Date.now() + minutes * 60_000).toISOString()

describe.concurrent('a finding that is told again with other content', () => {
  it('by a later scan as worse makes its ticket more urgent, and the note says what changed', async () => {
    const { file, psa } = await startTicketing(stack)
    const finding = vulnerability({ severity: 'low', detectedAt: first })
    const { filed, ticket } = await file(finding)
    expect(filed).toMatchObject({ outcome: 'created', changed: [], ignored: [], priorityRaisedTo: null })
    const worse = { ...seenAgain(finding, later), severity: 'critical' as const, description: 'Anyone can use it.' }
    const again = await file(worse)
    expect(again.filed).toMatchObject({
      id: ticket.id,
      outcome: 'noted',
      changed: ['severity', 'description'],
      ignored: [],
      priorityRaisedTo: 'P1',
    })
    expect(await psa.tickets()).toMatchObject([{ priority: 'P1' }])
    const [made] = await psa.tickets()
    expect(made?.notes).toHaveLength(1)
    expect(made?.notes[0]?.text.split('\n').slice(2)).toEqual([
      '  Severity: critical, was low',
      '  Changed: description',
    ])
    expect((await file(worse)).filed).toMatchObject({ outcome: 'existing', changed: [], ignored: [] })
    expect(await psa.tickets()).toMatchObject([{ priority: 'P1', notes: [{}] }])
  })

  it('is told once, and raised once, when the scan is handed in many times at once', async () => {
    const { file, psa } = await startTicketing(stack)
    const finding = vulnerability({ severity: 'low', detectedAt: first })
    await file(finding)
    const worse = { ...seenAgain(finding, later), severity: 'high' as const }
    await Promise.all([1, 2, 3, 4].map(() => file(worse)))
    const [made] = await psa.tickets()
    expect(made).toMatchObject({ priority: 'P2' })
    expect(made?.notes).toHaveLength(1)
    expect(made?.raises).toHaveLength(1)
  })

  it('is raised by the repetition when PSA failed between the note and that', async () => {
    const { file, post, psa } = await startTicketing(stack)
    const finding = vulnerability({ severity: 'low', detectedAt: first })
    await file(finding)
    const worse = { ...seenAgain(finding, later), severity: 'critical' as const }
    await psa.setFaults({ operation: 'raisePriority', kind: 'expired-key' })
    expect((await post(worse)).status).toBe(502)
    await psa.clearFaults()
    expect((await file(worse)).filed).toMatchObject({ outcome: 'noted', priorityRaisedTo: 'P1' })
    const [made] = await psa.tickets()
    expect(made).toMatchObject({ priority: 'P1' })
    expect(made?.notes).toHaveLength(1)
  })

  it('by a later scan as less severe says so, and lowers nothing', async () => {
    const { file, psa } = await startTicketing(stack)
    const finding = vulnerability({ severity: 'critical', detectedAt: first })
    await file(finding)
    const { filed } = await file({ ...seenAgain(finding, later), severity: 'low' })
    expect(filed).toMatchObject({ outcome: 'noted', changed: ['severity'], priorityRaisedTo: null })
    const [made] = await psa.tickets()
    expect(made).toMatchObject({ priority: 'P1' })
    expect(made?.notes[0]?.text).toContain('Severity: low, was critical')
  })

  it.each([first, '2026-02-01T08:00:00Z'])(
    'by a scan that is no later (%s) is ignored, and the answer says so',
    async (at) => {
      const { file, psa } = await startTicketing(stack)
      const finding = vulnerability({ severity: 'low', detectedAt: first })
      await file(finding)
      const { filed } = await file({ ...finding, severity: 'critical', remediation: ['Update.'], detectedAt: at })
      expect(filed).toMatchObject({ outcome: 'existing', changed: [], ignored: ['severity', 'remediation'] })
      expect(await psa.tickets()).toMatchObject([{ priority: 'P4', notes: [] }])
    },
  )
})

describe.concurrent('a vulnerability whose ids change', () => {
  const withIds = (finding: Finding, ids: { cveId?: string; advisoryId?: string }): Finding => {
    const { cveId: _, advisoryId: _advisory, ...rest } = vulnerability({ repository: finding.repository })
    return { ...rest, ...ids }
  }
  const advisoryId = 'GHSA-aaaa-bbbb-cccc'
  const cveId = 'CVE-2026-12345'

  it('stays one finding when a CVE id is assigned, and its ticket then names both', async () => {
    const { file, fileAll, psa, list } = await startTicketing(stack)
    const finding = vulnerability()
    const byAdvisory = withIds(finding, { advisoryId })
    const { ticket } = await file(byAdvisory)
    const both = withIds(finding, { advisoryId: advisoryId.toLowerCase(), cveId })
    expect((await file(both)).filed).toMatchObject({ id: ticket.id, outcome: 'noted' })
    const byCve = withIds(finding, { cveId })
    expect(await fileAll([byCve])).toMatchObject([{ outcome: 'existing', ticketId: ticket.id }])
    const [made, ...others] = await psa.tickets()
    expect(others).toEqual([])
    expect(made?.notes).toHaveLength(1)
    expect(made?.notes[0]?.text).toContain(`Also known as: ${cveId}`)
    for (const { findingId } of [byAdvisory, both, byCve])
      expect((await list({ findingId })).tickets.map(({ id }) => id)).toEqual([ticket.id])
  })

  it('stays one finding under its own id when the CVE id is another one, or withdrawn', async () => {
    const { file, psa } = await startTicketing(stack)
    const finding = vulnerability()
    const { findingId } = finding
    const { ticket } = await file({ ...withIds(finding, { cveId }), findingId })
    for (const ids of [{ cveId: 'CVE-2026-54321' }, { advisoryId }])
      expect((await file({ ...withIds(finding, ids), findingId })).ticket.id).toBe(ticket.id)
    expect(await psa.tickets()).toHaveLength(1)
  })

  it('is another finding in another package or repository', async () => {
    const { file, psa } = await startTicketing(stack)
    const finding = vulnerability()
    const one = withIds(finding, { cveId })
    await file(one)
    await file({ ...one, packageName: 'underscore' } as Finding)
    await file({ ...one, repository: newRepository() })
    expect(await psa.tickets()).toHaveLength(3)
  })

  it('is one finding when its ids come at once, in one call and in several', async () => {
    const { fileAll, psa } = await startTicketing(stack)
    const finding = vulnerability()
    const all = [withIds(finding, { advisoryId }), withIds(finding, { advisoryId, cveId }), withIds(finding, { cveId })]
    const reports = await Promise.all([fileAll(all), fileAll(all), fileAll(all)])
    expect(new Set(reports.flat().map(({ ticketId }) => ticketId)).size).toBe(1)
    expect(await psa.tickets()).toHaveLength(1)
  })
})

describe.concurrent('a finding from ahead of our time', () => {
  it('of five minutes is taken', async () => {
    const { file } = await startTicketing(stack)
    expect((await file(vulnerability({ detectedAt: minutesAhead(4.5) }))).status).toBe(201)
  })

  it('of more is refused with the reason, and does not keep back the others of the call', async () => {
    const { post, fileAll, psa } = await startTicketing(stack)
    const [ahead, fine] = [vulnerability({ detectedAt: '2099-01-01T00:00:00Z' }), vulnerability()]
    const response = await post(ahead)
    expect(response.status).toBe(400)
    expect(await response.json()).toMatchObject({
      type: 'urn:theonestack:problem:validation-failed',
      detail: expect.stringContaining("more than 5 minutes ahead of this suite's clock") as string,
      errors: [{ path: 'body.detectedAt', message: 'must not be more than 5 minutes in the future' }],
    })
    expect(await fileAll([ahead, fine])).toMatchObject([
      {
        outcome: 'failed',
        ticketId: null,
        problem: { detail: expect.stringContaining('body.findings.0.detectedAt') as string },
      },
      { outcome: 'created', ticketId: expect.any(String) as string },
    ])
    expect(await psa.tickets()).toHaveLength(1)
  })
})

describe.concurrent('the report of many findings', () => {
  it('with a failure that may pass is not remembered, and its repetition by the same key files the rest', async () => {
    const { post, psa } = await startTicketing(stack)
    const findings = [vulnerability(), vulnerability()]
    const key = { 'idempotency-key': `"${randomUUID()}"` }
    await psa.setFaults({ operation: 'createTicket', kind: 'status', status: 422, times: 1 })
    const outcomes = []
    for (let round = 0; round < 3; round += 1) {
      const response = await post({ findings }, key)
      const { results } = (await response.json()) as { results: { outcome: string }[] }
      outcomes.push([results.map(({ outcome }) => outcome).sort(), response.headers.get('idempotent-replayed')])
    }
    expect(outcomes).toEqual([
      [['created', 'failed'], null],
      [['created', 'existing'], null],
      [['created', 'existing'], 'true'],
    ])
    expect(await psa.tickets()).toHaveLength(2)
  })

  it('has each ticket once, and can be asked for again by its key', async () => {
    const { post, psa } = await startTicketing(stack)
    const repository = newRepository()
    const findings = Array.from({ length: 50 }, () =>
      vulnerability({ repository, findingId: `${randomUUID()}${'x'.repeat(129)}` }),
    )
    const key = { 'idempotency-key': `"${randomUUID()}"` }
    const bodies = []
    for (let round = 0; round < 2; round += 1) {
      const response = await post({ findings }, key)
      expect(response.status).toBe(200)
      bodies.push(await response.text())
    }
    expect(bodies[1]).toBe(bodies[0])
    expect(bodies[0]?.length).toBeLessThan(64_000)
    const { tickets, results } = JSON.parse(bodies[0] ?? '') as {
      tickets: { id: string }[]
      results: { ticketId: string }[]
    }
    expect(tickets).toHaveLength(1)
    expect(new Set(results.map(({ ticketId }) => ticketId))).toEqual(new Set([tickets[0]?.id]))
    expect(await psa.tickets()).toHaveLength(1)
  })
})
