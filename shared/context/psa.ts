// Tickets of PSA as context.
import { draftLabel, draftReference, withoutDrafts } from '../text/own-draft.ts'
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
        ...numbered('note', ticket.recentNotes, ({ text, internal, createdAt, reference }) => ({
          label: `${internal ? 'Internal note' : 'Note'} of ${createdAt}`,
          parts: [isDraft(reference) ? '' : withoutDrafts(text ?? '').trim()],
        })),
        ...numbered('draft', ticket.recentNotes, ({ text, createdAt, reference }) => ({
          label: `${draftLabel} of ${createdAt}, which nobody has confirmed`,
          parts: [isDraft(reference) ? text : ''],
        })).map((draft) => ({ ...draft, isOwnDraft: true as const })),
      ],
    }),
  }),
}

const isDraft = (reference: string | undefined): boolean => reference?.startsWith(draftReference) ?? false
