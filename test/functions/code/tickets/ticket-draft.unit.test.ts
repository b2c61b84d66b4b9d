import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Finding, type FindingType, findingsMax } from '../../../../functions/code/tickets/finding.ts'
import {
  draftForClient,
  draftOf,
  foundAgainNote,
  worstSeverity,
} from '../../../../functions/code/tickets/ticket-draft.ts'
import { PsaNoteDraft, PsaTicketDraft } from '../../../../shared/peers/psa/contract.ts'
import {
  accessIssue,
  findingOfType,
  newRepository,
  secretDetected,
  sunsetDecision,
  vulnerability,
} from '../../../support/findings.ts'

const client = { tenantId: 'tenant-1', clientId: 'client-1', name: 'Fabrikam', psaCompanyId: 'company-1' }

const settings = {
  ticketBoard: 'service',
  severityMapping: { critical: 'P1', high: 'P2', medium: 'P3', low: 'P4' },
} as const

const context = { ref: 'code-1', client, settings, previousTicketId: undefined }
const types = Object.keys(findingOfType) as FindingType[]

describe('the ticket for one finding', () => {
  it.each([
    ['critical', 'P1'],
    ['high', 'P2'],
    ['medium', 'P3'],
    ['low', 'P4'],
  ] as const)('of severity %s has priority %s', (severity, priority) => {
    for (const type of types) expect(draftOf([{ ...findingOfType[type](), severity }], context).priority).toBe(priority)
  })

  it.each(types)('of type %s has all that a technician needs in its text', (type) => {
    const finding = findingOfType[type]()
    const { description, links, title } = draftOf([finding], context)
    expect(title).toContain(finding.title)
    expect(title).toContain(finding.repository.name)
    for (const text of [
      finding.repository.name,
      finding.repository.url ?? '',
      'Client: Fabrikam',
      finding.title,
      `Severity: ${finding.severity}`,
      `File: ${finding.filePath}`,
      `Finding: ${finding.url}`,
      finding.description,
      ...finding.remediation.map((step, index) => `${index + 1}. ${step}`),
    ])
      expect(description).toContain(text)
    expect(links).toEqual([
      { title: 'Repository', url: finding.repository.url },
      { title: `Finding: ${finding.title}`, url: finding.url },
    ])
  })

  it('names what is special to its type', () => {
    const textOf = (finding: Finding): string => draftOf([finding], context).description
    const vulnerable = vulnerability({
      cveId: 'CVE-2026-4711',
      advisoryId: 'GHSA-aaaa-bbbb-cccc',
      packageName: 'left-pad',
    })
    for (const text of ['CVE: CVE-2026-4711', 'Advisory: GHSA-aaaa-bbbb-cccc', 'Package: left-pad'])
      expect(textOf(vulnerable)).toContain(text)
    expect(textOf(accessIssue({ issue: 'missing_2fa', subject: 'team-ops' }))).toContain('Issue: missing 2fa')
    expect(textOf(accessIssue({ issue: 'missing_2fa', subject: 'team-ops' }))).toContain('Account: team-ops')
    expect(textOf(secretDetected({ secretType: 'stripe_key', line: 7 }))).toContain('Secret type: stripe_key')
    expect(textOf(secretDetected({ filePath: 'a.env', line: 7 }))).toContain('File: a.env, line 7')
    expect(textOf(sunsetDecision({ sunsetOn: '2026-12-31' }))).toContain('Sunset on: 2026-12-31')
  })

  it('has the CVE id in its title, and only once', () => {
    const named = vulnerability({ cveId: 'CVE-2026-4711', title: 'CVE-2026-4711 in lodash' })
    expect(draftOf([named], context).title.split('CVE-2026-4711')).toHaveLength(2)
    const unnamed = vulnerability({ cveId: 'CVE-2026-4711', title: 'Prototype pollution' })
    expect(draftOf([unnamed], context).title).toMatch(/^Vulnerability: CVE-2026-4711 Prototype pollution in /)
  })

  it('goes to the service board of the company of a mapped client, else without company to triage', () => {
    const finding = vulnerability()
    expect(draftOf([finding], context)).toMatchObject({ board: 'service', companyId: 'company-1' })
    const unmapped = draftOf([finding], { ...context, client: undefined })
    expect(unmapped).toMatchObject({ board: 'triage', companyId: null })
    expect(unmapped.description).toContain('Client: not mapped yet')
  })

  it('waits on the triage board while nobody has said which company of PSA the client is', () => {
    const { psaCompanyId: _, ...withoutCompany } = client
    const { board, companyId, description } = draftOf([vulnerability()], { ...context, client: withoutCompany })
    expect({ board, companyId }).toEqual({ board: 'triage', companyId: null })
    expect(description).toContain('\nClient: Fabrikam, whose company in PSA is not known yet.')
  })

  it('has the board, the type and the priority that are set, and the triage board whatever is set', () => {
    const set = {
      ...settings,
      ticketBoard: 'security',
      ticketType: 'incident',
      severityMapping: { critical: 'P2', high: 'P2', medium: 'P4', low: 'P4' },
    } as const
    const given = { ...context, settings: set }
    const finding = vulnerability({ severity: 'critical' })
    const draft = draftOf([finding], given)
    expect(draft).toMatchObject({ board: 'security', type: 'incident', priority: 'P2' })
    expect(draft.title).toMatch(/^Vulnerability: /)
    expect(draftOf([{ ...finding, severity: 'medium' }], given).priority).toBe('P4')
    expect(draftOf([finding], { ...given, client: undefined })).toMatchObject({ board: 'triage', type: 'incident' })
    expect(draftOf([finding], context)).toMatchObject({ board: 'service', type: 'vulnerability', priority: 'P1' })
  })

  it('keeps all it says when it is written again for another client', () => {
    const finding = vulnerability({ title: 'Client: not this line' })
    const [refused, again] = [
      draftOf([finding], context),
      draftOf([vulnerability()], {
        ...context,
        client: { ...client, name: 'Contoso $& Sons', psaCompanyId: 'company-2' },
        settings: { ...settings, ticketBoard: 'security', ticketType: 'incident' },
      }),
    ]
    expect(draftForClient(refused, again)).toEqual({
      ...refused,
      board: 'security',
      companyId: 'company-2',
      type: 'incident',
      description: refused.description.replace('Client: Fabrikam', () => 'Client: Contoso $& Sons'),
    })
  })

  it('is related to the ticket before it, if there was one', () => {
    expect(draftOf([vulnerability()], context).relatedTicketIds).toEqual([])
    expect(draftOf([vulnerability()], { ...context, previousTicketId: 'T1' }).relatedTicketIds).toEqual(['T1'])
  })
})

describe('the ticket for several findings of one repository', () => {
  it('counts them in its title and describes each, in their order', () => {
    const repository = newRepository()
    const findings = [1, 2, 3].map((number) => vulnerability({ repository, title: `Problem ${number}` }))
    const [first, ...others] = findings
    const { title, description } = draftOf([first ?? vulnerability(), ...others], context)
    expect(title).toBe(`3 vulnerabilities in ${repository.name}`)
    expect([...description.matchAll(/## (.*)/g)].map(([, heading]) => heading)).toEqual(
      findings.map((item) => item.title),
    )
  })

  it.each([
    ['access_issue', '2 access issues'],
    ['secret_detected', '2 detected secrets'],
    ['sunset_decision', '2 sunset decisions'],
  ] as const)('of type %s is titled "%s"', (type, words) => {
    const finding = findingOfType[type]()
    expect(draftOf([finding, finding], context).title).toBe(`${words} in ${finding.repository.name}`)
  })

  it('has the priority of the worst', () => {
    const [low, critical] = [vulnerability({ severity: 'low' }), vulnerability({ severity: 'critical' })]
    expect(draftOf([low, critical, low], context).priority).toBe('P1')
    expect(worstSeverity([low, { ...low, severity: 'medium' }])).toBe('medium')
  })

  it('names every finding, also when each is as long as it may be', () => {
    const long = (number: number): Finding =>
      vulnerability({ title: `Problem ${number}`, description: 'x'.repeat(10_000), remediation: ['y'.repeat(1_000)] })
    const [first, ...others] = Array.from({ length: findingsMax }, (_, index) => long(index + 1))
    const { description } = draftOf([first ?? long(1), ...others], context)
    for (let number = 1; number <= findingsMax; number += 1) expect(description).toContain(`## Problem ${number}\n`)
  })
})

const text = (lengthMax: number) =>
  fc.oneof(
    fc.string({ unit: 'grapheme', minLength: 1, maxLength: lengthMax }),
    // Nothing but characters of two units, at every offset: where a cut may fall.
    fc.tuple(fc.constantFrom('', 'x'), fc.nat(lengthMax)).map(([odd, length]) => `${odd}${'😀'.repeat(length / 2)}`),
  )

const link = fc.tuple(fc.webUrl(), fc.nat(1_900)).map(([url, length]) => `${url}?${'q'.repeat(length)}`)

const anyFinding = fc
  .record(
    {
      type: fc.constantFrom(...types),
      title: text(200),
      description: text(10_000),
      remediation: fc.array(text(1_000), { maxLength: 30 }),
      url: link,
      filePath: text(1_000),
      repository: fc.record({ id: text(200), name: text(200), url: link, organizationId: text(200) }),
      subject: text(300),
      packageName: text(300),
    },
    { requiredKeys: ['type', 'title', 'description', 'remediation', 'url', 'filePath', 'repository'] },
  )
  .map(({ type, subject, packageName, ...given }) =>
    Finding.safeParse({
      ...findingOfType[type](),
      ...given,
      ...(type === 'access_issue' && subject !== undefined && { subject }),
      ...(type === 'vulnerability' && packageName !== undefined && { packageName }),
    }),
  )
  .filter(({ success }) => success)
  .map(({ data }) => data ?? vulnerability())

const loneSurrogate = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/

describe('any findings that are valid', () => {
  it('give a ticket that keeps the contract of PSA and cuts no character in half', () => {
    fc.assert(
      fc.property(
        fc.array(anyFinding, { minLength: 1, maxLength: findingsMax }),
        fc.boolean(),
        (findings, isMapped) => {
          const [first, ...others] = findings
          const sameType = others.filter(({ type }) => type === first?.type)
          const draft = draftOf([first ?? vulnerability(), ...sameType], {
            ref: 'code-1',
            client: isMapped ? client : undefined,
            settings,
            previousTicketId: isMapped ? 'T1' : undefined,
          })
          expect(PsaTicketDraft.safeParse(draft).error).toBeUndefined()
          expect([...draft.links.map((shown) => shown.title), draft.title, draft.description].join('|')).not.toMatch(
            loneSurrogate,
          )
        },
      ),
      { numRuns: 200 },
    )
  })

  it('give a note that keeps the contract of PSA and cuts no character in half', () => {
    fc.assert(
      fc.property(fc.array(anyFinding, { minLength: 1, maxLength: findingsMax }), (findings) => {
        const note = foundAgainNote(findings.map((finding) => ({ finding, news: ['Changed: description'] })))
        expect(PsaNoteDraft.safeParse({ reference: 'r', text: note, internal: true }).error).toBeUndefined()
        expect(note).not.toMatch(loneSurrogate)
      }),
      { numRuns: 100 },
    )
  })
})
