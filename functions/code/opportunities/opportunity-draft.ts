// The text of an opportunity: what a salesperson needs to understand the offer without opening another product.
import type { Client } from '../../../shared/clients/client-directory.ts'
import { type CrmOpportunityDraft, crmLimits } from '../../../shared/peers/crm/contract.ts'
import { indented, inline } from '../../../shared/text/quoted-text.ts'
import { type Money, moneyText } from '../../../shared/text/money-text.ts'
import { shorten } from '../../../shared/text/shortened-text.ts'
import type { SignificantFinding } from './contract.ts'
import type { OpportunityType } from './opportunity-type.ts'
import type { OpenValue } from './opportunity-value.ts'

const offers: Readonly<Record<OpportunityType, string>> = {
  migration_recommendation: 'Migration',
  technical_debt: 'Technical debt reduction',
  critical_vulnerabilities: 'Security remediation',
  sunset_application: 'Application modernization',
  access_issues: 'Access review',
  detected_secrets: 'Secret cleanup',
}

type Context = {
  /** The external reference. */
  readonly ref: string
  readonly client: Client | undefined
  readonly value: CrmOpportunityDraft['value']
  readonly openValue: OpenValue
  /** What the value was reckoned with. */
  readonly hourlyRate: Money | undefined
}

/** The texts of the finding must be free of secrets. */
export const draftOf = (finding: SignificantFinding, context: Context): CrmOpportunityDraft => ({
  externalReference: context.ref,
  name: nameOf(finding),
  companyId: context.client?.crmCompanyId ?? null,
  value: context.value,
  description: descriptionOf(finding, context),
  source: 'the-one-code',
  type: finding.type,
  links: [
    ...(finding.repository.url === undefined ? [] : [{ title: 'Repository', url: finding.repository.url }]),
    { title: shorten(`Finding: ${finding.title}`, 200), url: finding.url },
  ],
})

/** The repository distinguishes offers of the same kind, so the title is shortened instead. */
const nameOf = ({ type, title, repository }: SignificantFinding): string => {
  const [begin, end] = [`${offers[type]}: `, ` (${shorten(repository.name, 80)})`]
  return `${begin}${shorten(title, crmLimits.name - begin.length - end.length)}${end}`
}

const descriptionOf = (finding: SignificantFinding, { client, value, openValue, hourlyRate }: Context): string => {
  const { repository, effortHours, url, detectedAt, summary, title } = finding
  const head = [
    `Repository: ${inline(repository.name)}${repository.url === undefined ? '' : ` (${repository.url})`}`,
    clientLine(client),
    effortHours === undefined ? 'Effort: not estimated' : `Effort: ${effortHours} hours`,
    value && hourlyRate && effortHours !== undefined
      ? `Value: ${effortHours} h × ${moneyText(hourlyRate)} = ${moneyText(value)}`
      : `Value: open, because ${openValue.map((missing) => reasons[missing]).join(' and ')}`,
    `Finding: ${url}`,
    `Seen: ${detectedAt}`,
    'Indented text is quoted from the finding.',
  ].join('\n')
  const whole = [head, 'What was found:', indented(title), 'Summary:', indented(summary)].join('\n\n')
  if (whole.length <= crmLimits.description) return whole
  return `${shorten(whole, crmLimits.description - cutMark.length - 2)}\n\n${cutMark}`
}

const cutMark = 'The summary is shortened. The full text is in The One Code.'

const clientLine = (client: Client | undefined): string => {
  if (!client) return 'Client: not mapped yet. Assign the repository to a client in The One Code.'
  return client.crmCompanyId === undefined
    ? `Client: ${client.name}, whose CRM company is unknown. Add the company id in The One Code.`
    : `Client: ${client.name}`
}

const reasons: Readonly<Record<OpenValue[number], string>> = {
  effort_hours: 'the finding has no effort in hours',
  hourly_rate: 'no hourly rate is set in The One Code',
}
