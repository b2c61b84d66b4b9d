// Shows the tickets, projects and agents of the PSA stand-in to the person at the laptop.
import { escapeHtml, htmlTable } from '../../../../local/stand-ins/html.ts'
import { type Answer, problem } from '../../../../local/stand-ins/http-exchange.ts'
import { recordPage } from '../../../../local/stand-ins/record-page.ts'
import { plainPage } from '../../../../local/stand-ins/peer-page.ts'
import type { Views } from '../../../../local/stand-ins/views.ts'
import type { PsaAgents } from './agents.ts'
import { projectTable, projectText } from './project-page.ts'
import type { PsaProjects } from './projects.ts'
import type { StoredAgent, StoredTicket } from './state.ts'
import type { PsaTickets } from './tickets.ts'

type Parts = {
  readonly tickets: PsaTickets
  readonly agents: PsaAgents
  readonly projects: PsaProjects
  readonly views: Views
}

/** The page for a path, or `undefined` when none has it. */
export const psaPage = (parts: Parts, pathname: string): Answer | undefined => {
  if (pathname === '/') return page('Tickets', everything(parts))
  const [, kind, id = ''] = /^\/(tickets|projects)\/([^/]+)$/.exec(pathname) ?? []
  if (kind === 'tickets') {
    const ticket = parts.tickets.get(id)
    return ticket ? page(ticket.title, back + ticketText(ticket)) : problem(404, 'There is no such ticket')
  }
  if (kind === 'projects') {
    const project = parts.projects.get(id)
    return project ? page(project.title, back + projectText(project)) : problem(404, 'There is no such project')
  }
  return kind === undefined ? recordPage('PSA', parts.views, pathname) : undefined
}

const everything = ({ tickets, agents, projects }: Parts): string =>
  `${ticketTable(tickets.list().toReversed())}
<h2>Projects</h2>${projectTable(projects.list().toReversed())}
<h2>Agents</h2>${agentTable(agents.list())}`

const back = '<p><a href="/">All tickets, projects and agents</a></p>'

const page = (title: string, content: string): Answer => plainPage('The One PSA', title, content)

const ticketTable = (tickets: readonly StoredTicket[]): string => {
  const rows = tickets.map(({ id, title, status, priority, board, companyId, assignee, tenantId, createdAt }) => {
    const link = `<a href="/tickets/${encodeURIComponent(id)}">${escapeHtml(id)}</a>`
    const texts = [title, status, priority, board, companyId ?? 'none', assignee?.name ?? 'nobody', tenantId, createdAt]
    return [{ html: link }, ...texts]
  })
  const heads = ['Ticket', 'Title', 'Status', 'Priority', 'Board', 'Company', 'Assignee', 'Tenant', 'Created']
  return htmlTable({ heads, rows, none: 'No tickets yet.' })
}

const agentTable = (agents: readonly StoredAgent[]): string => {
  const rows = agents.map(({ identity, email, firstName, lastName, role, active, sourceVersion, tenantId }) => [
    `${firstName} ${lastName}`,
    email,
    role,
    active ? 'active' : 'inactive',
    identity,
    tenantId,
    String(sourceVersion),
  ])
  const heads = ['Name', 'Email', 'Role', 'Status', 'Identity', 'Tenant', 'Version in Hub']
  return htmlTable({ heads, rows, none: 'No agents yet.' })
}

const ticketText = (ticket: StoredTicket): string => {
  const facts = {
    Ticket: ticket.id,
    Status: ticket.status,
    Priority: ticket.priority,
    Board: ticket.board,
    Company: ticket.companyId ?? 'none',
    Tenant: ticket.tenantId,
    Reference: ticket.externalReference,
    Created: ticket.createdAt,
    Closed: ticket.closedAt ?? 'no',
    Assignee: ticket.assignee?.name ?? 'nobody',
    'Related tickets': ticket.relatedTicketIds.join(', ') || 'none',
  }
  const rows = Object.entries(facts).map(([name, value]) => `<tr><th>${name}</th><td>${escapeHtml(value)}</td></tr>`)
  const links = ticket.links.map(({ title, url }) => `<li><a href="${escapeHtml(url)}">${escapeHtml(title)}</a></li>`)
  const notes = ticket.notes.map(
    ({ createdAt, text }) => `<h3>${escapeHtml(createdAt)}</h3><pre>${escapeHtml(text)}</pre>`,
  )
  return `<table>${rows.join('')}</table>
<h2>Description</h2><pre>${escapeHtml(ticket.description)}</pre>
<h2>Links</h2><ul>${links.join('')}</ul>
<h2>Notes</h2>${notes.join('')}`
}
