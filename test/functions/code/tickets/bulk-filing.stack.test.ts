import { randomUUID } from 'node:crypto'
import { describe, expect, inject, it } from 'vitest'
import { type Finding, findingsMax } from '../../../../functions/code/tickets/finding.ts'
import { newClient } from '../../../support/browser-client.ts'
import { accessIssue, newRepository, seenAgain, vulnerability } from '../../../support/findings.ts'
import { isLong } from '../../../support/thoroughness.ts'
import { startTicketing } from '../../../support/ticketing.ts'

const stack = inject('stack')

const many = (count: number, make: (index: number) => Finding): Finding[] =>
  Array.from({ length: count }, (_, index) => make(index))

describe('filing many findings at once', () => {
  it('is refused without credentials', async () => {
    const response = await newClient(stack.urls).send('POST', '/api/code/tickets', { findings: [vulnerability()] })
    expect(response.status).toBe(401)
  })

  it.each([
    ['none', 0],
    ['one more than it may', findingsMax + 1],
  ])('answers 400 to %s, and names the field', async (_, count) => {
    const { post } = await startTicketing(stack)
    const response = await post({ findings: many(count, () => vulnerability()) })
    expect(response.status).toBe(400)
    expect(await response.json()).toMatchObject({
      type: 'urn:theonestack:problem:validation-failed',
      errors: [{ path: 'body.findings' }],
    })
  })

  it('names the place of a finding that is not valid, and files the others', async () => {
    const { post, psa } = await startTicketing(stack)
    const [good, bad, last] = [vulnerability(), { ...vulnerability(), severity: 'urgent' }, accessIssue()]
    const response = await post({ findings: [good, bad, last] })
    expect(response.status).toBe(200)
    expect(await response.json()).toMatchObject({
      results: [
        { findingId: good.findingId, outcome: 'created' },
        {
          findingId: bad.findingId,
          outcome: 'failed',
          problem: {
            type: 'urn:theonestack:problem:validation-failed',
            detail: 'One field is not valid: body.findings.1.severity.',
          },
        },
        { findingId: last.findingId, outcome: 'created' },
      ],
    })
    expect(await psa.tickets()).toHaveLength(2)
  })

  it('names the place of each finding when none is valid', async () => {
    const { post, psa } = await startTicketing(stack)
    const response = await post({ findings: [{ ...vulnerability(), severity: 'urgent' }] })
    expect(response.status).toBe(400)
    expect(await response.json()).toMatchObject({ errors: [{ path: 'body.findings.0.severity' }] })
    expect(await psa.tickets()).toEqual([])
  })

  it('makes one ticket for each repository and type, and answers in their order', async () => {
    const { fileAll, psa, list } = await startTicketing(stack)
    const [one, other] = [newRepository(), newRepository()]
    const findings = [
      vulnerability({ repository: one, severity: 'low' }),
      accessIssue({ repository: one }),
      vulnerability({ repository: other }),
      vulnerability({ repository: one, severity: 'critical' }),
      accessIssue({ repository: one, subject: 'somebody.else' }),
    ]
    const results = await fileAll(findings)
    expect(results.map(({ findingId, outcome }) => [findingId, outcome])).toEqual(
      findings.map(({ findingId }) => [findingId, 'created']),
    )
    const ids = results.map(({ ticket }) => ticket?.id)
    expect([ids[0], ids[1]]).toEqual([ids[3], ids[4]])
    expect(new Set(ids).size).toBe(3)
    const priorities = new Map((await psa.tickets()).map(({ title, priority }) => [title, priority]))
    expect(priorities).toEqual(
      new Map([
        [`2 vulnerabilities in ${one.name}`, 'P1'],
        [`2 access issues in ${one.name}`, 'P2'],
        [results[2]?.ticket?.title, 'P2'],
      ]),
    )
    const listed = (await list()).tickets
    expect(listed).toHaveLength(3)
    expect(listed.flatMap((ticket) => ticket.findings.map(({ findingId }) => findingId)).sort()).toEqual(
      findings.map(({ findingId }) => findingId).sort(),
    )
  })

  it('mixes new findings with those that have a ticket already', async () => {
    const { file, fileAll, psa } = await startTicketing(stack)
    const repository = newRepository()
    const [known, noted] = [vulnerability({ repository }), vulnerability({ repository })]
    const first = await file(known)
    const second = await file(noted)
    const fresh = [vulnerability({ repository }), vulnerability({ repository })]
    const results = await fileAll([
      known,
      ...fresh.slice(0, 1),
      seenAgain(noted, '2026-03-05T00:00:00Z'),
      ...fresh.slice(1),
    ])
    expect(results.map(({ outcome }) => outcome)).toEqual(['existing', 'created', 'noted', 'created'])
    expect([results[0]?.ticket?.id, results[2]?.ticket?.id]).toEqual([first.ticket.id, second.ticket.id])
    expect(results[1]?.ticket?.id).toBe(results[3]?.ticket?.id)
    expect(await psa.tickets()).toHaveLength(3)
  })

  it('takes the same finding twice in one call for one, and the later detection for both', async () => {
    const { fileAll, psa } = await startTicketing(stack)
    const finding = vulnerability({ detectedAt: '2026-03-01T00:00:00Z' })
    const later = seenAgain(finding, '2026-03-02T00:00:00Z')
    const results = await fileAll([finding, later, finding])
    expect(results.map(({ findingId, outcome }) => [findingId, outcome])).toEqual([
      [finding.findingId, 'created'],
      [later.findingId, 'created'],
      [finding.findingId, 'created'],
    ])
    expect(new Set(results.map(({ ticket }) => ticket?.id)).size).toBe(1)
    expect(await fileAll([later])).toMatchObject([{ outcome: 'existing' }])
    expect(await psa.tickets()).toMatchObject([{ notes: [] }])
  })

  it('files as many as one call may have, in one ticket when they belong together', async () => {
    const { fileAll, psa, list } = await startTicketing(stack)
    const repository = newRepository()
    const findings = many(findingsMax, (index) =>
      vulnerability({ repository, title: `Problem ${index}`, description: 'x'.repeat(5_000) }),
    )
    const results = await fileAll(findings)
    expect(results.every(({ outcome }) => outcome === 'created')).toBe(true)
    const [ticket, ...others] = await psa.tickets()
    expect(others).toEqual([])
    expect(ticket?.title).toBe(`${findingsMax} vulnerabilities in ${repository.name}`)
    const told = [ticket?.description, ...(ticket?.notes ?? []).map(({ text }) => text)].join('\n')
    for (const { title } of findings) expect(told).toContain(`    ${title}\n`)
    expect((await list()).tickets[0]?.findings).toHaveLength(findingsMax)
    expect((await fileAll(findings)).every(({ outcome }) => outcome === 'existing')).toBe(true)
  })

  it('files many, each in a ticket of its own', async () => {
    const count = isLong ? findingsMax : 25
    const { fileAll, psa } = await startTicketing(stack)
    const results = await fileAll(many(count, () => vulnerability()))
    expect(new Set(results.map(({ ticket }) => ticket?.id)).size).toBe(count)
    expect(await psa.tickets()).toHaveLength(count)
  })
})

describe('calls with some of the same findings at the same time', () => {
  it('give every finding exactly one ticket', async () => {
    const { fileAll, psa, list } = await startTicketing(stack)
    const repository = newRepository()
    const findings = many(12, () => vulnerability({ repository }))
    const calls = Array.from({ length: 6 }, (_, call) => {
      const from = call * 2
      return [...findings, ...findings].slice(from, from + 6)
    })
    const reports = await Promise.all(calls.map(fileAll))
    const ticketsOf = new Map(findings.map(({ findingId }) => [findingId, new Set<unknown>()]))
    for (const { findingId, outcome, ticket } of reports.flat()) {
      expect(outcome).not.toBe('failed')
      ticketsOf.get(findingId)?.add(ticket?.id)
    }
    for (const [findingId, ids] of ticketsOf) expect([findingId, ids.size]).toEqual([findingId, 1])
    const made = new Set((await psa.tickets()).map(({ id }) => id))
    expect(made).toEqual(new Set([...ticketsOf.values()].flatMap((ids) => [...ids])))
    const linked = (await list({ limit: '100' })).tickets.flatMap((ticket) => ticket.findings)
    expect(linked.map(({ findingId }) => findingId).sort()).toEqual(findings.map(({ findingId }) => findingId).sort())
  })
})

describe('a group of findings that PSA refuses', () => {
  it('fails alone; once the mapping is right, repeating the call files it', async () => {
    const { fileAll, psa, list, mapClient } = await startTicketing(stack)
    const [good, bad] = [newRepository(), newRepository()]
    const mapping = { source: 'repository', sourceId: bad.id, clientName: 'Fabrikam' } as const
    const findings = [
      vulnerability({ repository: bad }),
      vulnerability({ repository: good }),
      vulnerability({ repository: bad }),
    ]
    await psa.setFaults({ operation: 'createTicket', kind: 'status', status: 422, times: 1 })
    const refused = await fileAll(findings)
    expect(refused.map(({ outcome }) => outcome)).toEqual(['failed', 'created', 'failed'])
    for (const index of [0, 2])
      expect(refused[index]).toMatchObject({
        findingId: findings[index]?.findingId,
        outcome: 'failed',
        ticket: null,
        problem: {
          type: 'urn:theonestack:problem:peer-rejected',
          detail: expect.stringContaining('"create ticket" to psa') as string,
        },
      })
    expect((await list()).tickets.map(({ status }) => status.value).sort()).toEqual(['new', 'rejected'])

    await psa.setCompanies(['company-right'])
    await mapClient({ ...mapping, clientName: 'Fabrikam Ltd', psaCompanyId: 'company-right' })
    const filed = await fileAll(findings)
    expect(filed.map(({ outcome }) => outcome)).toEqual(['created', 'existing', 'created'])
    expect(filed[0]?.ticket).toMatchObject({ clientName: 'Fabrikam Ltd', status: { value: 'new' } })
    expect((await psa.tickets()).map(({ companyId }) => companyId)).toEqual([null, 'company-right'])
    expect((await list()).tickets).toHaveLength(2)
  })

  it('is described in full, also when only one of its findings is filed again', async () => {
    const { file, fileAll, post, psa, mapClient } = await startTicketing(stack)
    const repository = newRepository()
    const mapping = { source: 'repository', sourceId: repository.id, clientName: 'Fabrikam' } as const
    await psa.setFaults({ operation: 'createTicket', kind: 'status', status: 422 })
    const findings = [1, 2, 3].map((number) =>
      vulnerability({ repository, title: `Problem ${number} ${randomUUID()}` }),
    )
    expect((await post({ findings })).status).toBe(502)
    await psa.clearFaults()
    await psa.setCompanies(['company-right'])
    await mapClient({ ...mapping, psaCompanyId: 'company-right' })
    expect((await file(findings[1] ?? vulnerability())).status).toBe(201)
    expect((await fileAll(findings)).map(({ outcome }) => outcome)).toEqual(['existing', 'existing', 'existing'])
    const [ticket, ...others] = await psa.tickets()
    expect(others).toEqual([])
    expect(ticket).toMatchObject({ companyId: 'company-right', board: 'service' })
    for (const { title } of findings) expect(ticket?.description).toContain(title)
  })

  it('is the answer when nothing else was asked for', async () => {
    const { post, psa } = await startTicketing(stack)
    const repository = newRepository()
    await psa.setFaults({ operation: 'createTicket', kind: 'status', status: 422 })
    const response = await post({ findings: [vulnerability({ repository }), vulnerability({ repository })] })
    expect(response.status).toBe(502)
    expect(await response.json()).toMatchObject({
      type: 'urn:theonestack:problem:peer-rejected',
      operation: 'create ticket',
      peerStatus: 422,
    })
  })
})
