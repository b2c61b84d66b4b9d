// The text of a ticket: what a technician needs to understand and resolve the findings without opening another product.
import type { Client } from '../../../shared/clients/client-directory.ts'
import { type Placement, clientLineOf, ticketPlaceOf } from '../../../shared/clients/placement.ts'
import { psaLimits } from '../../../shared/peers/psa/contract.ts'
import type { PsaTicketDraft } from '../../../shared/peers/psa/ticket-contract.ts'
import { inline } from '../../../shared/text/quoted-text.ts'
import { Severity } from '../../../shared/text/severity.ts'
import { shorten } from '../../../shared/text/shortened-text.ts'
import type { Finding, FindingType } from './finding.ts'
import type { TicketDraft } from './ticket-table.ts'
import { ticketTextOf } from './ticket-text.ts'

const nouns: Readonly<Record<FindingType, readonly [one: string, many: string]>> = {
  vulnerability: ['Vulnerability', 'vulnerabilities'],
  access_issue: ['Access issue', 'access issues'],
  secret_detected: ['Secret detected', 'detected secrets'],
  sunset_decision: ['Sunset decision', 'sunset decisions'],
}

/** The worst of the findings decides. */
export const worstSeverity = (findings: readonly Finding[]): Severity =>
  Severity.options.find((severity) => findings.some((finding) => finding.severity === severity)) ?? 'low'

/** The worst first, and otherwise as they came. */
const bySeverity = ([first, ...others]: readonly [Finding, ...Finding[]]): readonly [Finding, ...Finding[]] => {
  const [worst = first, ...rest] = [first, ...others].toSorted(
    (a, b) => Severity.options.indexOf(a.severity) - Severity.options.indexOf(b.severity),
  )
  return [worst, ...rest]
}

/**
 * The PSA ticket for findings of one type in one repository. Their texts must be free of secrets.
 * @param ref the external reference
 */
export const draftOf = (
  findings: readonly [Finding, ...Finding[]],
  { ref, previousTicketId, ...placement }: Placement & { ref: string; previousTicketId: string | undefined },
): TicketDraft => {
  const sorted = bySeverity(findings)
  const [first] = sorted
  const { description, notes } = ticketTextOf(sorted, headOf(first, placement.client))
  const ticket: PsaTicketDraft = {
    externalReference: ref,
    title: titleOf(sorted),
    description,
    ...ticketPlaceOf(placement, { type: first.type, severity: worstSeverity(findings) }),
    source: 'the-one-code',
    links: linksOf(sorted),
    relatedTicketIds: previousTicketId === undefined ? [] : [previousTicketId],
  }
  return { ticket, notes: [...notes] }
}

const titleOf = (findings: readonly [Finding, ...Finding[]]): string => {
  const [first] = findings
  const [one, many] = nouns[first.type]
  const subject = findings.length === 1 ? `${one}: ${specificsOf(first)}${first.title}` : `${findings.length} ${many}`
  return shorten(`${subject} in ${first.repository.name}`, psaLimits.title)
}

/** A CVE id is what a technician searches for, so it stands in the title unless the title has it already. */
const specificsOf = (finding: Finding): string =>
  finding.type === 'vulnerability' && finding.cveId !== undefined && !namesIt(finding.title, finding.cveId)
    ? `${finding.cveId} `
    : ''

/** As a whole: `CVE-2026-1234` is not named by a title that has `CVE-2026-12345`. */
const namesIt = (title: string, cveId: string): boolean =>
  title
    .toUpperCase()
    .split(/[^A-Z0-9-]+/)
    .includes(cveId)

const headOf = ({ repository }: Finding, client: Client | undefined): string =>
  [
    `Repository: ${inline(repository.name)}${repository.url === undefined ? '' : ` (${repository.url})`}`,
    clientLine(client),
    'Indented text is quoted from the findings.',
  ].join('\n')

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
        `- ${inline(title)} (${detectedAt}) ${url}`,
        ...news.map((line) => `  ${line}`),
      ]),
    ].join('\n'),
    psaLimits.noteText,
  )
