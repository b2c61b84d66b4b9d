import { randomUUID } from 'node:crypto'
import { describe, expect, inject, it } from 'vitest'
import type { FindingType } from '../../../../functions/code/tickets/finding.ts'
import { incidentTable, ownerOfTenant } from '../../../../shared/incidents/incident-table.ts'
import { newClient } from '../../../support/browser-client.ts'
import { findingOfType, newRepository, seenAgain, secretDetected, vulnerability } from '../../../support/findings.ts'
import { startTicketing } from '../../../support/ticketing.ts'

const stack = inject('stack')

describe('filing one finding', () => {
  it('is refused without credentials, and PSA hears nothing of it', async () => {
    const response = await newClient(stack.urls).send('POST', '/api/code/tickets', vulnerability())
    expect(response.status).toBe(401)
    expect(await response.json()).toMatchObject({ type: 'urn:theonestack:problem:unauthenticated', status: 401 })
  })

  it('is refused to a viewer, who may read', async () => {
    const viewer = await startTicketing(stack, { role: 'viewer' })
    const response = await viewer.post(vulnerability())
    expect(response.status).toBe(403)
    expect(await response.json()).toMatchObject({ type: 'urn:theonestack:problem:forbidden' })
    expect(await viewer.list()).toEqual({ tickets: [], psaAvailable: true })
    expect(await viewer.psa.requests()).toEqual({})
  })

  it('answers a finding that is not valid with every fault in it', async () => {
    const { post, psa } = await startTicketing(stack)
    const { title: _, ...untitled } = vulnerability()
    const response = await post({ ...untitled, severity: 'urgent', url: 'ftp://code.example/1' })
    expect(response.status).toBe(400)
    expect(response.headers.get('content-type')).toBe('application/problem+json')
    const problem = (await response.json()) as { errors: { path: string }[] }
    expect(problem).toEqual({
      type: 'urn:theonestack:problem:validation-failed',
      title: 'The request is not valid',
      status: 400,
      detail: '3 fields are not valid: body.severity, body.title, body.url.',
      correlationId: response.headers.get('x-correlation-id'),
      errors: [
        { path: 'body.severity', message: expect.any(String) as string },
        { path: 'body.title', message: expect.any(String) as string },
        { path: 'body.url', message: expect.stringContaining('http(s)') as string },
      ],
    })
    expect(await psa.requests()).toEqual({})
  })

  it.each(Object.keys(findingOfType) as FindingType[])(
    'makes one ticket in PSA of a finding of type %s',
    async (type) => {
      const { file, psa } = await startTicketing(stack)
      const finding = findingOfType[type]()
      const { status, ticket } = await file(finding)
      expect(status).toBe(201)
      const [made, ...others] = await psa.tickets()
      expect(others).toEqual([])
      expect(ticket).toEqual({
        id: made?.id,
        title: made?.title,
        url: `${stack.urls.psa}/tickets/${made?.id}`,
        status: {
          value: 'new',
          asOf: expect.any(String) as string,
          ageSeconds: expect.any(Number) as number,
          live: true,
        },
        findings: [{ findingId: finding.findingId, severity: finding.severity }],
        type,
        repository: { id: finding.repository.id, name: finding.repository.name },
        clientName: null,
        previousTicketId: null,
        createdAt: expect.any(String) as string,
      })
    },
  )

  it('tells PSA exactly this', async () => {
    const { file, mapClient, psa } = await startTicketing(stack)
    await psa.setCompanies(['company-9'])
    const repository = {
      id: `repo-${randomUUID()}`,
      name: 'northwind/billing',
      url: 'https://git.example/northwind/billing',
      organizationId: `org-${randomUUID()}`,
    }
    await mapClient({
      source: 'organization',
      sourceId: repository.organizationId,
      clientName: 'Fabrikam',
      psaCompanyId: 'company-9',
    })
    const { ticket } = await file(
      vulnerability({
        findingId: 'finding-7',
        severity: 'critical',
        title: 'Prototype pollution in lodash',
        description: 'A crafted object changes Object.prototype.',
        remediation: ['Update lodash to 4.17.21.', 'Run the tests.'],
        cveId: 'CVE-2019-10744',
        packageName: 'lodash',
        filePath: 'package-lock.json',
        repository,
        url: 'https://code.example/findings/7',
      }),
    )
    expect(ticket.clientName).toBe('Fabrikam')
    const [made] = await psa.tickets()
    expect(made).toMatchObject({
      externalReference: expect.stringMatching(/^code-[\w-]{43}$/) as string,
      title: 'Vulnerability: CVE-2019-10744 Prototype pollution in lodash in northwind/billing',
      description: [
        'Repository: northwind/billing (https://git.example/northwind/billing)',
        'Client: Fabrikam',
        'Indented text is quoted from the findings.',
        '',
        'Finding:',
        '',
        '    Prototype pollution in lodash',
        '',
        'Severity: critical',
        'CVE: CVE-2019-10744',
        'Package: lodash',
        'File: package-lock.json',
        'Finding: https://code.example/findings/7',
        '',
        'Remediation:',
        '',
        '    1. Update lodash to 4.17.21.',
        '    2. Run the tests.',
        '',
        'Description:',
        '',
        '    A crafted object changes Object.prototype.',
      ].join('\n'),
      priority: 'P1',
      board: 'service',
      companyId: 'company-9',
      source: 'the-one-code',
      type: 'vulnerability',
      status: 'new',
      links: [
        { title: 'Repository', url: 'https://git.example/northwind/billing' },
        { title: 'Finding: Prototype pollution in lodash', url: 'https://code.example/findings/7' },
      ],
      relatedTicketIds: [],
      notes: [],
    })
  })

  it('of an unmapped repository puts it on the triage board, without a company', async () => {
    const { file, psa } = await startTicketing(stack)
    expect((await file(vulnerability())).ticket.clientName).toBeNull()
    expect(await psa.tickets()).toMatchObject([{ board: 'triage', companyId: null }])
  })

  it('of a client whose company PSA does not know waits on the triage board, and an incident names both', async () => {
    const { file, list, mapClient, psa, store, tenantId } = await startTicketing(stack)
    const repository = newRepository()
    const mapping = { source: 'repository', sourceId: repository.id, clientName: 'Fabrikam' } as const
    await mapClient({ ...mapping, psaCompanyId: 'company-mistyped' })
    expect(await file(vulnerability({ repository }))).toMatchObject({ status: 201, ticket: { clientName: 'Fabrikam' } })
    expect(await psa.tickets()).toMatchObject([{ board: 'triage', companyId: null }])
    expect((await list()).tickets).toMatchObject([{ status: { value: 'new' } }])
    const owner = ownerOfTenant(tenantId)
    const { rows } = await store.open(incidentTable).incident.list({ owner }, { limit: 10 })
    expect(rows.map(({ value }) => value)).toMatchObject([
      {
        integration: 'code→psa',
        code: 'company-unknown',
        state: 'open',
        facts: { subjects: [expect.stringMatching(/^client ./u) as string, 'company company-mistyped'] },
      },
    ])
  })

  it('takes the client of the repository before that of its organization, and nobody from another tenant', async () => {
    const { file, mapClient, psa } = await startTicketing(stack)
    await psa.setCompanies(['company-organization', 'company-repository'])
    const [mapped, sibling, foreign] = [newRepository(), newRepository(), newRepository()]
    const organizationId = mapped.organizationId
    const organization = { source: 'organization', sourceId: organizationId } as const
    await mapClient({ ...organization, clientName: 'By organization', psaCompanyId: 'company-organization' })
    const repository = { source: 'repository', sourceId: mapped.id } as const
    await mapClient({ ...repository, clientName: 'By repository', psaCompanyId: 'company-repository' })
    const other = await startTicketing(stack)
    const foreignOrganization = { source: 'organization', sourceId: foreign.organizationId } as const
    await other.mapClient({
      ...foreignOrganization,
      clientName: 'Of another tenant',
      psaCompanyId: 'company-organization',
    })

    const clientOf = async (given: typeof mapped): Promise<string | null> =>
      (await file(vulnerability({ repository: given }))).ticket.clientName
    expect(await clientOf(mapped)).toBe('By repository')
    expect(await clientOf({ ...sibling, organizationId })).toBe('By organization')
    expect(await clientOf(foreign)).toBeNull()
    expect((await psa.tickets()).map(({ companyId }) => companyId)).toEqual([
      'company-repository',
      'company-organization',
      null,
    ])
  })

  it('again, under another id and in other words, answers 200 with the ticket that is there', async () => {
    const { file, psa, list } = await startTicketing(stack)
    const finding = vulnerability()
    const first = await file(finding)
    const again = await file({ ...seenAgain(finding, finding.detectedAt), title: 'In other words' })
    expect([first.status, again.status]).toEqual([201, 200])
    expect(again.ticket.id).toBe(first.ticket.id)
    expect(await psa.tickets()).toMatchObject([{ title: first.ticket.title, notes: [], version: 1 }])
    expect((await list()).tickets).toHaveLength(1)
  })

  it('by an integration key is filed for the tenant of the key', async () => {
    const client = newClient(stack.urls, { 'x-integration-key': stack.integrationKey })
    const finding = vulnerability()
    const response = await client.send('POST', '/api/code/tickets', finding)
    expect(response.status).toBe(201)
    const { id } = (await response.json()) as { id: string }
    const listed = await client.fetch(`/api/code/tickets?findingId=${finding.findingId}`)
    expect(await listed.json()).toMatchObject({ tickets: [{ id }] })
  })

  it('is a matter of the tenant: another one has a ticket of its own for the same finding', async () => {
    const [one, other] = [await startTicketing(stack), await startTicketing(stack)]
    const finding = vulnerability()
    const [first, second] = [await one.file(finding), await other.file(finding)]
    expect([first.status, second.status]).toEqual([201, 201])
    expect(first.ticket.id).not.toBe(second.ticket.id)
    const [here, there] = [await one.psa.tickets(), await other.psa.tickets()]
    expect(here[0]?.externalReference).not.toBe(there[0]?.externalReference)
  })
})

describe('filing one finding many times at once', () => {
  it('makes one ticket, and one of the answers is 201', async () => {
    const { file, psa, list } = await startTicketing(stack)
    const finding = vulnerability()
    const answers = await Promise.all(Array.from({ length: 20 }, () => file(seenAgain(finding, finding.detectedAt))))
    expect(await psa.tickets()).toHaveLength(1)
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1)
    expect(new Set(answers.map(({ ticket }) => ticket.id)).size).toBe(1)
    expect((await list()).tickets).toMatchObject([{ status: { value: 'new' } }])
  })
})

describe('a secret', () => {
  it('has no field of its own: its value is refused and not repeated', async () => {
    const { post, psa } = await startTicketing(stack)
    const value = `${randomUUID()}${randomUUID()}`
    const response = await post({ ...secretDetected(), value })
    expect(response.status).toBe(400)
    const answer = await response.text()
    expect(JSON.parse(answer)).toMatchObject({
      type: 'urn:theonestack:problem:validation-failed',
      errors: [{ path: 'body.value', message: 'is not a field that is known here' }],
    })
    expect(answer).not.toContain(value)
    expect(await psa.requests()).toEqual({})
  })

  it('in the address of a finding is left out: everybody with the ticket could use it', async () => {
    const { file, psa } = await startTicketing(stack)
    await file(
      vulnerability({ url: 'https://deploy:hunter2-hunter2@git.example/northwind?tab=1&token=hunter2#hunter2' }),
    )
    const [made] = await psa.tickets()
    expect(made?.links.map(({ url }) => url)).toContain('https://git.example/northwind?tab=1')
    expect(JSON.stringify(made)).not.toContain('hunter2')
  })
})
