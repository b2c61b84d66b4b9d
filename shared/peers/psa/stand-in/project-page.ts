// The projects of the PSA stand-in, as HTML for the person at the laptop.
import { escapeHtml, htmlTable } from '../../../../local/stand-ins/html.ts'
import type { StoredProject } from './state.ts'

export const projectTable = (projects: readonly StoredProject[]): string => {
  const rows = projects.map(({ id, title, status, estimateHours, board, companyId, tenantId, createdAt }) => {
    const link = `<a href="/projects/${encodeURIComponent(id)}">${escapeHtml(id)}</a>`
    return [{ html: link }, title, status, String(estimateHours), board, companyId ?? 'none', tenantId, createdAt]
  })
  const heads = ['Project', 'Title', 'Status', 'Hours', 'Board', 'Company', 'Tenant', 'Created']
  return htmlTable({ heads, rows, none: 'No projects yet.' })
}

export const projectText = (project: StoredProject): string => {
  const facts = {
    Project: project.id,
    Status: project.status,
    'Estimated hours': String(project.estimateHours),
    Billable: project.billable ? 'yes' : 'no',
    Type: project.type,
    Board: project.board,
    Company: project.companyId ?? 'none',
    Assignee: project.assignee?.name ?? 'nobody',
    Tenant: project.tenantId,
    Reference: project.externalReference,
    Created: project.createdAt,
  }
  const rows = Object.entries(facts).map(([name, value]) => `<tr><th>${name}</th><td>${escapeHtml(value)}</td></tr>`)
  const links = project.links.map(({ title, url }) => `<li><a href="${escapeHtml(url)}">${escapeHtml(title)}</a></li>`)
  return `<table>${rows.join('')}</table>
<h2>Description</h2><pre>${escapeHtml(project.description)}</pre>
<h2>Links</h2><ul>${links.join('')}</ul>`
}
