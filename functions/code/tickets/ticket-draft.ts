// The words of a ticket: what a technician needs to understand and resolve the findings without opening another product.
import type { Client } from '../../../shared/clients/client-directory.ts'
import { type Placement, clientLineOf, ticketPlaceOf } from '../../../shared/clients/placement.ts'
import { type PsaTicketDraft, psaLimits } from '../../../shared/peers/psa/contract.ts'
import { Severity } from '../../../shared/text/severity.ts'
import { shorten } from '../../../shared/text/shortened-text.ts'
import type { Finding, FindingType } from './finding.ts'

const nouns: Readonly<Record<FindingType, readonly [one: string, many: string]>> = {
  vulnerability: ['Vulnerability', 'vulnerabilities'],
  access_issue: ['Access issue', 'access issues'],
  secret_detected: ['Secret detected', 'detected secrets'],
  sunset_decision: ['Sunset decision', 'sunset decisions'],
}

/** The worst of the findings decides. */
export const worstSeverity = (findings: readonly Finding[]): Severity =>
  Severity.options.find((severity) => findings.some((finding) => finding.severity === severity)) ?? 'low'

/**
 * The PSA ticket for findings of one type in one repository. Their texts must be free of secrets.
 * @param ref the external reference
 */
export const draftOf = (
  findings: readonly [Finding, ...Finding[]],
  { ref, previousTicketId, ...placement }: Placement & { ref: string; previousTicketId: string | undefined },
): PsaTicketDraft => {
  const [first] = findings
  return {
    externalReference: ref,
    title: titleOf(findings),
    description: descriptionOf(findings, placement.client),
    ...ticketPlaceOf(placement, { type: first.type, severity: worstSeverity(findings) }),
    source: 'the-one-code',
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

const descriptionOf = (findings: readonly [Finding, ...Finding[]], client: Client | undefined): string => {
  const [first] = findings
  const head = [
    `Repository: ${first.repository.name}${first.repository.url === undefined ? '' : ` (${first.repository.url})`}`,
    clientLine(client),
  ]
  // Each finding gets the same share, so that a long one does not push the others out.
  const share = Math.floor((psaLimits.description - head.join('\n').length - 2 * findings.length) / findings.length) - 2
  return [head.join('\n'), ...findings.map((finding) => shorten(sectionOf(finding), share))].join('\n\n')
}

const clientLine = (client: Client | undefined): string =>
  clientLineOf(client, 'not mapped yet. Assign the repository to a client in The One Code.')

const clientLineShape = /^Client: .*$/m

/** A draft with all it says, for the client, the board, the type and the assignee of another one. */
export const draftForClient = (draft: PsaTicketDraft, other: PsaTicketDraft): PsaTicketDraft => {
  const { board, companyId, type, assigneeId } = other
  const { assigneeId: _, ...rest } = draft
  const [line] = clientLineShape.exec(other.description) ?? []
  return {
    ...rest,
    board,
    companyId,
    ...(type !== undefined && { type }),
    ...(assigneeId !== undefined && { assigneeId }),
    description: shorten(
      draft.description.replace(clientLineShape, (before) => line ?? before),
      psaLimits.description,
    ),
  }
}

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

/** The note on a ticket whose findings a later scan saw again, each with what is new about it. */
export const foundAgainNote = (
  items: readonly { readonly finding: Finding; readonly news: readonly string[] }[],
): string =>
  shorten(
    [
      'Found again by The One Code:',
      ...items.flatMap(({ finding: { title, detectedAt, url }, news }) => [
        `- ${title} (${detectedAt}) ${url}`,
        ...news.map((line) => `  ${line}`),
      ]),
    ].join('\n'),
    psaLimits.noteText,
  )
