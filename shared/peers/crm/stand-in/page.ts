// Shows the opportunities of the CRM stand-in to the person at the laptop.
import type { CrmOpportunities, StoredOpportunity } from './state.ts'
import { escapeHtml, htmlTable } from '../../../../local/stand-ins/html.ts'
import { type Answer, problem } from '../../../../local/stand-ins/http-exchange.ts'
import { plainPage } from '../../../../local/stand-ins/peer-page.ts'

/** Most rows of the table. */
const rowsMax = 500

/** The page for a path, or `undefined` when none has it. */
export const crmPage = (opportunities: CrmOpportunities, pathname: string): Answer | undefined => {
  if (pathname === '/') return page('Opportunities', opportunityTable(opportunities.list().toReversed()))
  const [, id] = /^\/opportunities\/([^/]+)$/.exec(pathname) ?? []
  if (id === undefined) return undefined
  const opportunity = opportunities.get(id)
  return opportunity
    ? page(opportunity.name, opportunityText(opportunity))
    : problem(404, 'There is no such opportunity')
}

const page = (title: string, content: string): Answer => plainPage('The One CRM', title, content)

const opportunityTable = (opportunities: readonly StoredOpportunity[]): string => {
  const rows = opportunities.map(({ id, name, stage, value, type, companyId, tenantId, createdAt }) => {
    const link = `<a href="/opportunities/${encodeURIComponent(id)}">${escapeHtml(name)}</a>`
    return [{ html: link }, stage, valueText(value), type, companyId ?? 'none', tenantId, createdAt]
  })
  const heads = ['Opportunity', 'Stage', 'Value', 'Type', 'Company', 'Tenant', 'Created']
  return htmlTable({ heads, rows, none: 'No opportunities yet.', rowsMax })
}

/** As `EUR 1,234.50`: each currency with as many decimals as ISO 4217 gives it. */
const valueText = (value: StoredOpportunity['value']): string => {
  if (!value) return 'open'
  const format = new Intl.NumberFormat('en', {
    style: 'currency',
    currency: value.currency,
    currencyDisplay: 'code',
  })
  const decimals = format.resolvedOptions().maximumFractionDigits ?? 0
  // The code is set off by a no-break space.
  return format.format(value.amountMinor / 10 ** decimals).replaceAll('\u00a0', ' ')
}

const opportunityText = (opportunity: StoredOpportunity): string => {
  const facts = {
    Stage: opportunity.stage,
    Value: valueText(opportunity.value),
    Type: opportunity.type,
    Company: opportunity.companyId ?? 'none',
    Tenant: opportunity.tenantId,
    Source: opportunity.source,
    Reference: opportunity.externalReference,
    Created: opportunity.createdAt,
    Changed: opportunity.updatedAt,
  }
  const rows = Object.entries(facts).map(([name, text]) => `<tr><th>${name}</th><td>${escapeHtml(text)}</td></tr>`)
  const links = opportunity.links.map(
    ({ title, url }) => `<li><a href="${escapeHtml(url)}">${escapeHtml(title)}</a></li>`,
  )
  return `<p><a href="/">All opportunities</a></p><table>${rows.join('')}</table>
<h2>Description</h2><pre>${escapeHtml(opportunity.description)}</pre>
<h2>Links</h2><ul>${links.join('')}</ul>`
}
