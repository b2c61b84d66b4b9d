// Companies and contacts of CRM as context.
import type { ReadCrmCompanyView, ReadCrmContactView } from '../peers/crm/view-client.ts'
import { moneyText } from '../text/money-text.ts'
import type { Fact } from './context.ts'
import { fact, joined, numbered } from './facts.ts'
import { recordKind } from './kind.ts'

export const crmKinds = {
  company: recordKind({
    name: 'CRM company',
    read: async (products, { tenantId, userId }, id) => (await products.crm()).viewCompany(tenantId, userId, id),
    tell: (company) => ({
      title: company.name,
      url: company.url,
      facts: [
        ...fact('name', 'Company', company.name),
        ...fact('industry', 'Industry', company.industry),
        ...fact('website', 'Website', company.website),
        ...primaryContact(company),
        ...dealings(company),
      ],
    }),
  }),
  contact: recordKind({
    name: 'CRM contact',
    read: async (products, { tenantId, userId }, id) => (await products.crm()).viewContact(tenantId, userId, id),
    tell: (contact) => ({
      title: contact.name,
      url: contact.url,
      facts: [
        ...fact('name', 'Contact', contact.name),
        ...fact('job-title', 'Job title', contact.jobTitle),
        ...fact('company', 'Company', contact.companyName),
        ...fact('email', 'Email', contact.email),
        ...fact('phone', 'Phone', contact.phone),
        ...dealings(contact),
      ],
    }),
  }),
}

const primaryContact = ({ primaryContact: contact }: ReadCrmCompanyView): readonly Fact[] =>
  contact === null
    ? fact('contact', 'Primary contact', 'nobody is named')
    : joined('contact', 'Primary contact', [contact?.name, contact?.email, contact?.phone])

const dealings = ({
  recentActivities,
  openOpportunities,
}: ReadCrmCompanyView | ReadCrmContactView): readonly Fact[] => [
  ...numbered('opportunity', openOpportunities, ({ name, value }) => ({
    label: 'Open opportunity',
    parts: [name, value && moneyText(value)],
  })),
  ...numbered('activity', recentActivities, ({ at, kind, text, by }) => ({
    label: `Activity of ${at} (${kind})`,
    parts: [text, by],
  })),
]
