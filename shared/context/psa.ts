// Tickets of PSA as context.
import { fact, joined, numbered } from './facts.ts'
import { recordKind } from './kind.ts'

export const psaKinds = {
  ticket: recordKind({
    name: 'PSA ticket',
    read: async (products, { tenantId, userId }, id) => (await products.psa()).viewTicket(tenantId, userId, id),
    tell: (ticket) => ({
      title: `${ticket.id}: ${ticket.title}`,
      url: ticket.url,
      facts: [
        ...fact('title', 'Title', ticket.title),
        ...fact('status', 'Status', ticket.status),
        ...fact('priority', 'Priority', ticket.priority),
        ...fact('board', 'Board', ticket.board),
        ...fact('company', 'Company', ticket.company?.name),
        ...fact('technician', 'Assigned technician', ticket.assignee === null ? 'nobody' : ticket.assignee?.name),
        ...joined('opened', 'Opened', [ticket.createdAt]),
        ...fact('updated', 'Last changed', ticket.updatedAt),
        ...fact('description', 'Description', ticket.description),
        ...numbered('note', ticket.recentNotes, ({ text, internal, createdAt }) => ({
          label: `${internal ? 'Internal note' : 'Note'} of ${createdAt}`,
          parts: [text],
        })),
      ],
    }),
  }),
}
