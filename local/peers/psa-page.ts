// Shows the tickets of the PSA stand-in to the person at the laptop. Plain HTML: all text of tickets is escaped, nothing runs.
import { type Answer, problem } from './http-exchange.ts'
import type { StoredTicket } from './psa-state.ts'
import type { PsaTickets } from './psa-tickets.ts'

const escapes: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

const escape = (text: string): string => text.replace(/[&<>"']/g, (character) => escapes[character] ?? '')

/** The page for a path, or `undefined` when none has it. */
export const psaPage = (tickets: PsaTickets, pathname: string): Answer | undefined => {
  if (pathname === '/') return page('Tickets', ticketTable(tickets.list().toReversed()))
  const [, id] = /^\/tickets\/([^/]+)$/.exec(pathname) ?? []
  if (id === undefined) return undefined
  const ticket = tickets.get(id)
  return ticket ? page(ticket.title, ticketText(ticket)) : problem(404, 'There is no such ticket')
}

const page = (title: string, content: string): Answer => ({
  status: 200,
  html: `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>${escape(title)} · The One PSA (local)</title>
<style>
body { font: 15px/1.5 system-ui, sans-serif; margin: 2rem; color: #1b1f24 }
table { border-collapse: collapse } th, td { text-align: left; padding: .3rem .8rem; border-bottom: 1px solid #d8dee4 }
pre { white-space: pre-wrap; background: #f6f8fa; padding: 1rem }
</style>
<h1>${escape(title)}</h1>
${content}
</html>
`,
  headers: {
    'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'",
    'referrer-policy': 'no-referrer',
  },
})

const ticketTable = (tickets: readonly StoredTicket[]): string => {
  if (tickets.length === 0) return '<p>No tickets yet.</p>'
  const rows = tickets.map(
    ({ id, title, status, priority, board, companyId, tenantId, createdAt }) =>
      `<tr><td><a href="/tickets/${encodeURIComponent(id)}">${escape(id)}</a></td>${[
        title,
        status,
        priority,
        board,
        companyId ?? 'none',
        tenantId,
        createdAt,
      ]
        .map((text) => `<td>${escape(text)}</td>`)
        .join('')}</tr>`,
  )
  const heads = ['Ticket', 'Title', 'Status', 'Priority', 'Board', 'Company', 'Tenant', 'Created']
  return `<table><tr>${heads.map((head) => `<th>${head}</th>`).join('')}</tr>${rows.join('\n')}</table>`
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
  const rows = Object.entries(facts).map(([name, value]) => `<tr><th>${name}</th><td>${escape(value)}</td></tr>`)
  const links = ticket.links.map(({ title, url }) => `<li><a href="${escape(url)}">${escape(title)}</a></li>`)
  const notes = ticket.notes.map(({ createdAt, text }) => `<h3>${escape(createdAt)}</h3><pre>${escape(text)}</pre>`)
  return `<p><a href="/">All tickets</a></p><table>${rows.join('')}</table>
<h2>Description</h2><pre>${escape(ticket.description)}</pre>
<h2>Links</h2><ul>${links.join('')}</ul>
<h2>Notes</h2>${notes.join('')}`
}
