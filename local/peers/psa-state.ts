// The memory of the PSA stand-in and the changes that it is made of: what the journal keeps.
import { z } from 'zod'
import { PsaNote, PsaTicket, PsaTicketDraft } from '../../shared/peers/psa/contract.ts'

/** A ticket with what the wire does not give back. Its `url` depends on the port and is added when it is shown. */
export const StoredTicket = z.object({
  ...PsaTicket.omit({ url: true }).shape,
  ...PsaTicketDraft.pick({ description: true, source: true, type: true, links: true, relatedTicketIds: true }).shape,
  tenantId: z.string(),
  /** Those of reopenings have references of their own, which do not meet those of notes. */
  notes: z.array(PsaNote.extend({ ofReopening: z.boolean() })),
})
export type StoredTicket = z.infer<typeof StoredTicket>

export const PsaChange = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('ticket'), ticket: StoredTicket }),
  z.object({ kind: z.literal('ticket-deleted'), id: z.string() }),
  z.object({ kind: z.literal('companies'), tenantId: z.string(), companyIds: z.array(z.string()) }),
  z.object({ kind: z.literal('access'), tenantId: z.string(), allowed: z.boolean() }),
  z.object({ kind: z.literal('reset'), tenantId: z.string().optional() }),
  /** The last ticket number given out, which is never given out again. */
  z.object({ kind: z.literal('sequence'), last: z.int() }),
])
export type PsaChange = z.infer<typeof PsaChange>

export type PsaState = {
  readonly tickets: Map<string, StoredTicket>
  /** By `referenceKey`. */
  readonly idByReference: Map<string, string>
  readonly companyIds: Map<string, ReadonlySet<string>>
  readonly refusedTenants: Set<string>
  lastNumber: number
}

export const emptyState = (): PsaState => ({
  tickets: new Map(),
  idByReference: new Map(),
  companyIds: new Map(),
  refusedTenants: new Set(),
  lastNumber: 0,
})

export const referenceKey = (tenantId: string, externalReference: string): string =>
  JSON.stringify([tenantId, externalReference])

/** `T`, the year, and a number of at least four digits: unique over all tenants. */
export const ticketId = (createdAt: string, number: number): string =>
  `T${createdAt.slice(0, 4)}${String(number).padStart(4, '0')}`

const ticketNumber = (id: string): number => Number(id.slice(5))

export const applyChange = (state: PsaState, change: PsaChange): void => {
  switch (change.kind) {
    case 'ticket': {
      const { id, tenantId, externalReference } = change.ticket
      state.tickets.set(id, change.ticket)
      state.idByReference.set(referenceKey(tenantId, externalReference), id)
      state.lastNumber = Math.max(state.lastNumber, ticketNumber(id))
      return
    }
    case 'ticket-deleted':
      return remove(state, change.id)
    case 'companies':
      state.companyIds.set(change.tenantId, new Set(change.companyIds))
      return
    case 'access':
      if (change.allowed) state.refusedTenants.delete(change.tenantId)
      else state.refusedTenants.add(change.tenantId)
      return
    case 'reset':
      return reset(state, change.tenantId)
    case 'sequence':
      state.lastNumber = Math.max(state.lastNumber, change.last)
  }
}

const remove = (state: PsaState, id: string): void => {
  const ticket = state.tickets.get(id)
  if (!ticket) return
  state.tickets.delete(id)
  state.idByReference.delete(referenceKey(ticket.tenantId, ticket.externalReference))
}

const reset = (state: PsaState, tenantId: string | undefined): void => {
  for (const ticket of state.tickets.values())
    if (tenantId === undefined || ticket.tenantId === tenantId) remove(state, ticket.id)
  if (tenantId === undefined) {
    state.companyIds.clear()
    state.refusedTenants.clear()
  } else {
    state.companyIds.delete(tenantId)
    state.refusedTenants.delete(tenantId)
  }
}

/** The shortest list of changes that leads to this state. */
export const snapshot = (state: PsaState): PsaChange[] => [
  { kind: 'sequence', last: state.lastNumber },
  ...[...state.companyIds].map(([tenantId, ids]): PsaChange => ({ kind: 'companies', tenantId, companyIds: [...ids] })),
  ...[...state.refusedTenants].map((tenantId): PsaChange => ({ kind: 'access', tenantId, allowed: false })),
  ...[...state.tickets.values()].map((ticket): PsaChange => ({ kind: 'ticket', ticket })),
]
