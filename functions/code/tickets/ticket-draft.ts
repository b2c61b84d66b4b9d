// The words of a ticket: what a technician needs to understand and resolve the findings without opening another product.
import { type PsaPriority, type PsaTicketDraft, psaLimits } from '../../../shared/peers/psa/contract.ts'
import type { ClientMapping } from '../clients/client-mapping.ts'
import type { Finding, FindingType, Severity } from './finding.ts'

/** The reference's table: severity to PSA priority. */
const priorities: Readonly<Record<Severity, PsaPriority>> = { critical: 'P1', high: 'P2', medium: 'P3', low: 'P4' }

const severities = Object.keys(priorities) as Severity[]

const nouns: Readonly<Record<FindingType, readonly [one: string, many: string]>> = {
  vulnerability: ['Vulnerability', 'vulnerabilities'],
  access_issue: ['Access issue', 'access issues'],
  secret_detected: ['Secret detected', 'detected secrets'],
  sunset_decision: ['Sunset decision', 'sunset decisions'],
}

/** Boards of PSA: mapped work is served, unmapped work is sorted by a person first. */
const boards = { mapped: 'service', unmapped: 'triage' } as const

/** The worst of the findings decides. */
export const worstSeverity = (findings: readonly Finding[]): Severity =>
  severities.find((severity) => findings.some((finding) => finding.severity === severity)) ?? 'low'

/**
 * The PSA ticket for findings of one type in one repository. Their texts must be free of secrets.
 * @param ref the external reference
 */
export const draftOf = (
  findings: readonly [Finding, ...Finding[]],
  {
    ref,
    client,
    previousTicketId,
  }: { ref: string; client: ClientMapping | undefined; previousTicketId: string | undefined },
): PsaTicketDraft => {
  const [first] = findings
  return {
    externalReference: ref,
    title: titleOf(findings),
    description: descriptionOf(findings, client),
    priority: priorities[worstSeverity(findings)],
    board: client ? boards.mapped : boards.unmapped,
    companyId: client?.psaCompanyId ?? null,
    source: 'the-one-code',
    type: first.type,
    links: linksOf(findings),
    relatedTicketIds: previousTicketId === undefined ? [] : [previousTicketId],
  }
}

const titleOf = (findings: readonly [Finding, ...Finding[]]): string => {
  const [first] = findings
  const [one, many] = nouns[first.type]
  const subject = findings.length === 1 ? `${one}: ${specificsOf(first)}${first.title}` : `${findings.length} ${many}`
  return shorten(`${subject} in ${first.repository.name}`, psaLimits.title)
}

/** A CVE id is what a technician searches for, so it stands in the title unless the title has it already. */
const specificsOf = (finding: Finding): string =>
  finding.type === 'vulnerability' && finding.cveId !== undefined && !finding.title.includes(finding.cveId)
    ? `${finding.cveId} `
    : ''

const descriptionOf = (findings: readonly [Finding, ...Finding[]], client: ClientMapping | undefined): string => {
  const [first] = findings
  const head = [
    `Repository: ${first.repository.name}${first.repository.url === undefined ? '' : ` (${first.repository.url})`}`,
    clientLine(client?.clientName),
  ]
  // Each finding gets the same share, so that a long one does not push the others out.
  const share = Math.floor((psaLimits.description - head.join('\n').length - 2 * findings.length) / findings.length) - 2
  return [head.join('\n'), ...findings.map((finding) => shorten(sectionOf(finding), share))].join('\n\n')
}

const clientLine = (clientName: string | undefined): string =>
  `Client: ${clientName ?? 'not mapped yet. Assign the repository to a client in The One Code.'}`

/** A draft with all it says, for the client of another one. */
export const draftForClient = (
  draft: PsaTicketDraft,
  { board, companyId }: PsaTicketDraft,
  clientName: string | undefined,
): PsaTicketDraft => ({
  ...draft,
  board,
  companyId,
  description: shorten(
    draft.description.replace(/^Client: .*$/m, () => clientLine(clientName)),
    psaLimits.description,
  ),
})

const sectionOf = (finding: Finding): string =>
  [
    `## ${finding.title}`,
    `Severity: ${finding.severity}`,
    ...factsOf(finding),
    ...(finding.filePath === undefined ? [] : [`File: ${finding.filePath}${lineOf(finding)}`]),
    `Finding: ${finding.url}`,
    '',
    finding.description,
    ...(finding.remediation.length === 0
      ? []
      : ['', 'Remediation:', ...finding.remediation.map((step, index) => `${index + 1}. ${step}`)]),
  ].join('\n')

const lineOf = (finding: Finding): string =>
  finding.type === 'secret_detected' && finding.line !== undefined ? `, line ${finding.line}` : ''

const factsOf = (finding: Finding): readonly string[] => {
  switch (finding.type) {
    case 'vulnerability':
      return [
        ...(finding.cveId === undefined ? [] : [`CVE: ${finding.cveId}`]),
        ...(finding.advisoryId === undefined ? [] : [`Advisory: ${finding.advisoryId}`]),
        ...(finding.packageName === undefined ? [] : [`Package: ${finding.packageName}`]),
      ]
    case 'access_issue':
      return [`Issue: ${finding.issue.replaceAll('_', ' ')}`, `Account: ${finding.subject}`]
    case 'secret_detected':
      return [`Secret type: ${finding.secretType} (its value is shown in The One Code only)`]
    case 'sunset_decision':
      return finding.sunsetOn === undefined ? [] : [`Sunset on: ${finding.sunsetOn}`]
  }
}

const linksOf = (findings: readonly [Finding, ...Finding[]]): PsaTicketDraft['links'] => {
  const [first] = findings
  const repository = first.repository.url === undefined ? [] : [{ title: 'Repository', url: first.repository.url }]
  const links = findings.map(({ title, url }) => ({ title: shorten(`Finding: ${title}`, 200), url }))
  return [...repository, ...links].slice(0, psaLimits.links)
}

/** The note on a ticket whose findings a later scan saw again. */
export const foundAgainNote = (findings: readonly Finding[]): string =>
  shorten(
    [
      'Found again by The One Code:',
      ...findings.map(({ title, detectedAt, url }) => `- ${title} (${detectedAt}) ${url}`),
    ].join('\n'),
    psaLimits.noteText,
  )

/** At most `lengthMax` UTF-16 units, never cut within a character. */
const shorten = (text: string, lengthMax: number): string => {
  if (text.length <= lengthMax) return text
  const cut = text.slice(0, lengthMax - 1)
  const last = cut.charCodeAt(cut.length - 1)
  return `${last >= 0xd800 && last <= 0xdbff ? cut.slice(0, -1) : cut}…`
}
