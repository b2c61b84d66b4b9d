// What the stand-in of The One PSA does with tickets, companies and the tenants that the key may act for.
import type {
  PsaNote,
  PsaNoteDraft,
  PsaPriorityRaise,
  PsaReopening,
  PsaTicketDraft,
  PsaTicketStatus,
} from '../ticket-contract.ts'
import { type PsaMemory, type StoredTicket, assigneeOf, numberedId, tenantKey } from './state.ts'

type TicketChange = {
  readonly status?: PsaTicketStatus | undefined
  /** Only with a closed status; now when left out. */
  readonly closedAt?: string | undefined
  readonly assignee?: StoredTicket['assignee'] | undefined
}

export const isClosedStatus = (status: PsaTicketStatus): boolean => status === 'resolved' || status === 'closed'

/** Everything is synchronous: a check and the change that follows from it are one step, whatever arrives in parallel. */
export const createPsaTickets = ({ state, record }: PsaMemory) => {
  const save = (ticket: StoredTicket): StoredTicket => {
    record({ kind: 'ticket', ticket })
    return ticket
  }
  const get = (id: string, tenantId?: string): StoredTicket | undefined => {
    const ticket = state.tickets.get(id)
    return ticket && (tenantId === undefined || ticket.tenantId === tenantId) ? ticket : undefined
  }

  return {
    ...ticketChanges(save),
    get,
    findByReference: (tenantId: string, externalReference: string): StoredTicket | undefined => {
      const id = state.idByReference.get(tenantKey(tenantId, externalReference))
      return id === undefined ? undefined : get(id, tenantId)
    },
    list: (tenantId?: string): readonly StoredTicket[] =>
      [...state.tickets.values()].filter((ticket) => tenantId === undefined || ticket.tenantId === tenantId),
    create: (tenantId: string, { assigneeId, ...draft }: PsaTicketDraft): StoredTicket => {
      const createdAt = now()
      const id = numberedId('T', createdAt, state.lastNumber + 1)
      const assignee = assigneeOf(state, tenantId, assigneeId)
      const fresh = { status: 'new', closedAt: null, assignee, version: 1 } as const
      return save({ ...draft, ...fresh, raises: [], notes: [], id, tenantId, createdAt, updatedAt: createdAt })
    },
    delete: (ticket: StoredTicket): void => record({ kind: 'ticket-deleted', id: ticket.id }),
    /** Names by ids. */
    companies: (tenantId: string): ReadonlyMap<string, string> => state.companies.get(tenantId) ?? new Map(),
    setCompanies: (
      tenantId: string,
      companyIds: readonly string[],
      names: Readonly<Record<string, string>> = {},
    ): void => record({ kind: 'companies', tenantId, companyIds: [...companyIds], names }),
    mayActFor: (tenantId: string): boolean => !state.refusedTenants.has(tenantId),
    setAccess: (tenantId: string, allowed: boolean): void => record({ kind: 'access', tenantId, allowed }),
    /** Forgets one tenant, or everything; numbers go on. */
    reset: (tenantId?: string): void => record({ kind: 'reset', tenantId }),
  }
}
export type PsaTickets = ReturnType<typeof createPsaTickets>

const now = (): string => new Date().toISOString()

const ticketChanges = (save: (ticket: StoredTicket) => StoredTicket) => {
  const change = (ticket: StoredTicket, changes: Partial<StoredTicket>): StoredTicket =>
    save({ ...ticket, ...changes, updatedAt: now(), version: ticket.version + 1 })
  return {
    addNote: (ticket: StoredTicket, draft: PsaNoteDraft): PsaNote => {
      const note = { ...draft, createdAt: now() }
      change(ticket, { notes: [...ticket.notes, { ...note, ofReopening: false }] })
      return note
    },
    reopen: (ticket: StoredTicket, { reference, note }: PsaReopening): StoredTicket =>
      change(ticket, {
        ...(isClosedStatus(ticket.status) && { status: 'open', closedAt: null }),
        notes: [...ticket.notes, { reference, text: note, internal: true, createdAt: now(), ofReopening: true }],
      }),
    raisePriority: (ticket: StoredTicket, { reference, priority }: PsaPriorityRaise): StoredTicket =>
      change(ticket, {
        raises: [...ticket.raises, reference],
        // P1 is the most urgent one.
        ...(priority < ticket.priority && { priority }),
      }),
    change: (ticket: StoredTicket, { status = ticket.status, closedAt, assignee }: TicketChange): StoredTicket =>
      change(ticket, {
        status,
        closedAt: isClosedStatus(status) ? (closedAt ?? ticket.closedAt ?? now()) : null,
        ...(assignee !== undefined && { assignee }),
      }),
  }
}
