// What this suite asks of The One PSA, as functions over the contract.
import * as z from 'zod'
import { AppError } from '../../errors.ts'
import { checkedFor } from '../../peer-client/checked-argument.ts'
import { idPages } from '../../peer-client/id-pages.ts'
import { type OperationCall, operationCall } from '../../peer-client/operation-call.ts'
import { type PeerClient, type PeerClientOptions, createPeerClient } from '../../peer-client/peer-client.ts'
import { type PsaAgentsClient, createPsaAgentsClient } from './agents-client.ts'
import { type PsaArticlesClient, createPsaArticlesClient } from './articles-client.ts'
import {
  ReadPsaHealth,
  ReadPsaProblem,
  type ReadPsaTicket,
  ReadPsaTicketsFound,
  ReadPsaUnknownCompany,
  readPsaNoteOf,
  readPsaTicketExists,
  readPsaTicketMade,
  readPsaTicketOf,
  readPsaTicketsOf,
} from './answers.ts'
import { psaLimits } from './contract.ts'
import {
  PsaExternalReference,
  type PsaNoteDraft,
  type PsaPriorityRaise,
  type PsaReopening,
  type PsaTicketDraft,
  PsaTicketId,
} from './ticket-contract.ts'
import { psaContract } from './operations.ts'
import { type PsaViewClient, createPsaViewClient } from './view-client.ts'
import { type PsaProjectsClient, createPsaProjectsClient } from './projects-client.ts'

const checked = checkedFor('PSA')

/**
 * Every function throws the `AppError`s of `PeerClient.call`, and `validation-failed` before anything is sent when an argument
 * breaks the contract. All are safe to repeat.
 */
export type PsaClient = PsaAgentsClient &
  PsaProjectsClient &
  PsaViewClient &
  PsaArticlesClient & {
    /**
     * `exists`: PSA has a ticket with the draft's external reference already, and made no second one. Throws `company-unknown` for a
     * company that PSA does not know.
     */
    readonly createTicket: (
      tenantId: string,
      draft: PsaTicketDraft,
    ) => Promise<{ readonly outcome: 'created' | 'exists'; readonly ticket: ReadPsaTicket }>
    readonly findTicketByReference: (tenantId: string, externalReference: string) => Promise<ReadPsaTicket | undefined>
    /** Those of the ids that PSA knows, in no promised order. Any number: asked for in pages. */
    readonly getTickets: (tenantId: string, ids: readonly string[]) => Promise<readonly ReadPsaTicket[]>
    readonly getTicket: (tenantId: string, id: string) => Promise<ReadPsaTicket | undefined>
    /** `exists`: the ticket has a note with this reference already. */
    readonly addNote: (
      tenantId: string,
      ticketId: string,
      note: PsaNoteDraft,
    ) => Promise<{ readonly outcome: 'added' | 'exists' | 'ticket-not-found' }>
    /** The ticket as it is now, which is closed if it was reopened by this reference before and closed again since. */
    readonly reopenTicket: (
      tenantId: string,
      ticketId: string,
      reopening: PsaReopening,
    ) => Promise<
      { readonly outcome: 'reopened'; readonly ticket: ReadPsaTicket } | { readonly outcome: 'ticket-not-found' }
    >
    /** The ticket as it is now, which may be more urgent than that, or less urgent again since. */
    readonly raisePriority: (
      tenantId: string,
      ticketId: string,
      raise: PsaPriorityRaise,
    ) => Promise<
      { readonly outcome: 'raised'; readonly ticket: ReadPsaTicket } | { readonly outcome: 'ticket-not-found' }
    >
    /** Resolves when PSA answers and accepts the key for this tenant. */
    readonly checkHealth: (tenantId: string) => Promise<ReadPsaHealth>
  }

/** @param connection a client that exists already, or what to make one from */
export const createPsaClient = (connection: PeerClient | Omit<PeerClientOptions, 'peer'>): PsaClient => {
  const peer = 'call' in connection ? connection : createPeerClient({ ...connection, peer: 'psa' })
  const call = operationCall(peer, psaContract)

  return {
    ...ticketReads(call),
    ...ticketChanges(call),
    ...createPsaAgentsClient(call),
    ...createPsaProjectsClient(call),
    ...createPsaViewClient(call),
    ...createPsaArticlesClient(call),
    createTicket: async (tenantId, draft) => {
      const answer = await call('createTicket', {
        tenantId,
        body: draft,
        answers: {
          201: readPsaTicketMade(draft.externalReference),
          409: readPsaTicketExists(draft.externalReference),
          422: ReadPsaUnknownCompany,
        },
      })
      if (answer.status === 422)
        throw new AppError('company-unknown', `PSA does not know the company ${draft.companyId}.`, {
          details: { peer: 'psa', operation: 'create ticket', peerStatus: 422 },
        })
      return answer.status === 201
        ? { outcome: 'created', ticket: answer.body }
        : { outcome: 'exists', ticket: answer.body.ticket }
    },
    checkHealth: async (tenantId) => {
      const { body } = await call('checkHealth', { tenantId, answers: { 200: ReadPsaHealth } })
      return body
    },
  }
}

type Call = OperationCall<typeof psaContract>

const ticketReads = (call: Call): Pick<PsaClient, 'findTicketByReference' | 'getTickets' | 'getTicket'> => ({
  findTicketByReference: async (tenantId, externalReference) => {
    const { body } = await call('listTickets', {
      tenantId,
      query: { externalReference: checked(PsaExternalReference, externalReference, 'externalReference') },
      answers: { 200: ReadPsaTicketsFound },
    })
    return body.tickets.find((ticket) => ticket.externalReference === externalReference)
  },
  getTickets: async (tenantId, ids) => {
    const wanted = checked(z.array(PsaTicketId), [...new Set(ids)], 'ids')
    const tickets: ReadPsaTicket[] = []
    for (const page of idPages(wanted, psaLimits.idsPerRead)) {
      const { body } = await call('listTickets', {
        tenantId,
        query: { ids: page.join(',') },
        answers: { 200: readPsaTicketsOf(page) },
      })
      tickets.push(...body.tickets)
    }
    return tickets
  },
  getTicket: async (tenantId, id) => {
    const answer = await call('getTicket', {
      tenantId,
      params: { id },
      answers: { 200: readPsaTicketOf(id), 404: ReadPsaProblem },
    })
    return answer.status === 200 ? answer.body : undefined
  },
})

const ticketChanges = (call: Call): Pick<PsaClient, 'addNote' | 'reopenTicket' | 'raisePriority'> => ({
  addNote: async (tenantId, ticketId, note) => {
    const { status } = await call('addNote', {
      tenantId,
      params: { id: ticketId },
      body: note,
      answers: { 200: readPsaNoteOf(note.reference), 201: readPsaNoteOf(note.reference), 404: ReadPsaProblem },
    })
    return { outcome: status === 201 ? 'added' : status === 200 ? 'exists' : 'ticket-not-found' }
  },
  reopenTicket: async (tenantId, ticketId, reopening) => {
    const answer = await call('reopenTicket', {
      tenantId,
      params: { id: ticketId },
      body: reopening,
      answers: { 200: readPsaTicketOf(ticketId), 404: ReadPsaProblem },
    })
    return answer.status === 200 ? { outcome: 'reopened', ticket: answer.body } : { outcome: 'ticket-not-found' }
  },
  raisePriority: async (tenantId, ticketId, raise) => {
    const answer = await call('raisePriority', {
      tenantId,
      params: { id: ticketId },
      body: raise,
      answers: { 200: readPsaTicketOf(ticketId), 404: ReadPsaProblem },
    })
    return answer.status === 200 ? { outcome: 'raised', ticket: answer.body } : { outcome: 'ticket-not-found' }
  },
})
