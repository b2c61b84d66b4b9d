import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Finding, type FindingType, findingsMax } from '../../../../functions/code/tickets/finding.ts'
import {
  draftForClient,
  foundAgainNote,
  draftOf as ticketAndNotesOf,
  worstSeverity,
} from '../../../../functions/code/tickets/ticket-draft.ts'
import { isLong } from '../../../support/thoroughness.ts'
import { PsaNoteDraft, PsaTicketDraft } from '../../../../shared/peers/psa/ticket-contract.ts'
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
/** The ticket alone. */
const draftOf = (...given: Parameters<typeof ticketAndNotesOf>): PsaTicketDraft => ticketAndNotesOf(...given).ticket

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
      `    ${finding.description}`,
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
    expect(description).toContain('\nClient: Fabrikam, whose PSA company is unknown.')
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
  it('counts them in its title and describes each, the worst first and otherwise in their order', () => {
    const repository = newRepository()
    const severities = ['low', 'critical', 'low', 'high'] as const
    const findings = severities.map((severity, index) =>
      vulnerability({ repository, severity, title: `Problem ${index + 1}` }),
    )
    const [first, ...others] = findings
    const { title, description, links } = draftOf([first ?? vulnerability(), ...others], context)
    expect(title).toBe(`4 vulnerabilities in ${repository.name}`)
    expect([...description.matchAll(/ {4}(Problem \d)$/gm)].map(([, told]) => told)).toEqual([
      'Problem 2',
      'Problem 4',
      'Problem 1',
      'Problem 3',
    ])
    expect(links.map(({ title: shown }) => shown)).toEqual([
      'Repository',
      ...['2', '4', '1', '3'].map((number) => `Finding: Problem ${number}`),
    ])
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

  it('has the steps of every finding, and what has no room is in its notes, which it says', () => {
    const findings = Array.from({ length: findingsMax }, (_, index) =>
      vulnerability({
        title: `Problem ${index + 1}`,
        description: `Words ${index + 1}: ${'x'.repeat(480)}`,
        remediation: [1, 2, 3].map((step) => `Do ${index + 1}.${step}`),
      }),
    )
    const [first, ...others] = findings
    const { ticket, notes } = ticketAndNotesOf([first ?? vulnerability(), ...others], context)
    const all = [ticket.description, ...notes].join('\n')
    for (const [index, { url, description }] of findings.entries())
      for (const told of [`Do ${index + 1}.1`, `Do ${index + 1}.3`, url, description]) expect(all).toContain(told)
    for (const number of [1, 10, 20, 30]) expect(ticket.description).toContain(`Do ${number}.3`)
    expect(ticket.description).toMatch(/More about \d+ findings is in the notes/)
    for (const text of notes) expect(PsaNoteDraft.shape.text.safeParse(text).error).toBeUndefined()
  })

  it('has no notes when there is room for all', () => {
    const { ticket, notes } = ticketAndNotesOf([vulnerability(), vulnerability()], context)
    expect(notes).toEqual([])
    expect(ticket.description).not.toContain('in the notes')
  })

  it('takes a description as long as the body may be, shortens it and says so', () => {
    const finding = vulnerability({ description: 'Long words. '.repeat(6_000), remediation: ['Upgrade.'] })
    const { ticket, notes } = ticketAndNotesOf([finding], context)
    expect(ticket.description).toContain('    1. Upgrade.')
    expect(ticket.description).toContain('The description is shortened. The full text is in The One Code.')
    expect(ticket.description.indexOf('1. Upgrade.')).toBeLessThan(ticket.description.indexOf('Long words.'))
    expect(notes).toHaveLength(1)
  })
})

describe('what others wrote in a ticket', () => {
  const hostile = [
    '## Number 4',
    'Client: Evil',
    '![](https://elsewhere.example/x.png)',
    '[Click](https://elsewhere.example)',
    '```',
    '<img src=x>',
    '\u202ereversed',
  ]

  it('stands indented or with its marks taken away, never as ours', () => {
    for (const type of types) {
      const finding = Finding.parse({
        ...findingOfType[type](),
        title: hostile.join(' '),
        description: hostile.join('\n'),
        remediation: hostile,
        ...(type === 'access_issue' && { subject: hostile.join(' ') }),
        filePath: hostile.join(' '),
      })
      const { description } = draftOf([finding, finding], context)
      const ours = description.split('\n').filter((line) => !line.startsWith('    '))
      expect(ours.filter((line) => /^#|^```|^Client: Evil|(?<!\\)\[|(?<!\\)<|(?<!\\)`/.test(line))).toEqual([])
      expect(description).not.toContain('\u202e')
      expect(description.match(/^Finding \d of 2:$/gm)).toHaveLength(2)
    }
  })

  it('ends where it is cut, also within a fence', () => {
    const long = vulnerability({ description: `\`\`\`js\n${'code\n'.repeat(2_000)}` })
    const { description } = draftOf([long, long, vulnerability({ title: 'The last one' })], context)
    expect(description.split('\n').filter((line) => line.startsWith('```'))).toEqual([])
    expect(description).toContain('\n    The last one\n')
  })

  it('names the CVE id in the title unless it stands there as a whole', () => {
    const titleOf = (title: string): string =>
      draftOf([vulnerability({ cveId: 'CVE-2026-1234', title })], context).title
    expect(titleOf('CVE-2026-12345 again')).toMatch(/^Vulnerability: CVE-2026-1234 CVE-2026-12345 again/)
    expect(titleOf('Again (CVE-2026-1234)')).toMatch(/^Vulnerability: Again \(CVE-2026-1234\)/)
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
          const { ticket: draft, notes } = ticketAndNotesOf([first ?? vulnerability(), ...sameType], {
            ref: 'code-1',
            client: isMapped ? client : undefined,
            settings,
            previousTicketId: isMapped ? 'T1' : undefined,
          })
          expect(PsaTicketDraft.safeParse(draft).error).toBeUndefined()
          expect(
            [...draft.links.map((shown) => shown.title), draft.title, draft.description, ...notes].join('|'),
          ).not.toMatch(loneSurrogate)
        },
      ),
      { numRuns: isLong ? 200 : 50 },
    )
  })

  it('give a note that keeps the contract of PSA and cuts no character in half', () => {
    fc.assert(
      fc.property(fc.array(anyFinding, { minLength: 1, maxLength: findingsMax }), (findings) => {
        const note = foundAgainNote(findings.map((finding) => ({ finding, news: ['Changed: description'] })))
        expect(PsaNoteDraft.safeParse({ reference: 'r', text: note, internal: true }).error).toBeUndefined()
        expect(note).not.toMatch(loneSurrogate)
      }),
      { numRuns: isLong ? 100 : 50 },
    )
  })
})
