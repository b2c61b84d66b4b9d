// The memory of the PSA stand-in and the changes that it is made of: what the journal keeps.
import { z } from 'zod'
import { PsaAgent } from '../agent-contract.ts'
import { PsaNote, PsaTicket, PsaTicketDraft } from '../ticket-contract.ts'
import { PsaProject, PsaProjectDraft } from '../project-contract.ts'
import type { Journal } from '../../../../local/stand-ins/journal.ts'

/** A ticket with what the wire does not give back. Its `url` depends on the port and is added when it is shown. */
export const StoredTicket = z.object({
  ...PsaTicket.omit({ url: true }).shape,
  ...PsaTicketDraft.pick({ description: true, source: true, type: true, links: true, relatedTicketIds: true }).shape,
  tenantId: z.string(),
  /** Of requests to raise the priority. */
  raises: z.array(z.string()).default([]),
  /** Those of reopenings have references of their own, which do not meet those of notes. */
  notes: z.array(PsaNote.extend({ ofReopening: z.boolean() })),
})
export type StoredTicket = z.infer<typeof StoredTicket>

export const StoredAgent = PsaAgent.extend({ tenantId: z.string() })
export type StoredAgent = z.infer<typeof StoredAgent>

/** A project with what the wire does not give back, without its `url`. */
export const StoredProject = z.object({
  ...PsaProject.omit({ url: true }).shape,
  ...PsaProjectDraft.pick({ description: true, type: true, source: true, links: true }).shape,
  tenantId: z.string(),
})
export type StoredProject = z.infer<typeof StoredProject>

export const PsaChange = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('ticket'), ticket: StoredTicket }),
  z.object({ kind: z.literal('ticket-deleted'), id: z.string() }),
  z.object({ kind: z.literal('agent'), agent: StoredAgent }),
  z.object({ kind: z.literal('project'), project: StoredProject }),
  z.object({ kind: z.literal('project-deleted'), id: z.string() }),
  z.object({
    kind: z.literal('companies'),
    tenantId: z.string(),
    companyIds: z.array(z.string()),
    names: z.record(z.string(), z.string()).default({}),
  }),
  z.object({ kind: z.literal('access'), tenantId: z.string(), allowed: z.boolean() }),
  z.object({ kind: z.literal('reset'), tenantId: z.string().optional() }),
  /** The last number given out to a ticket or a project, which is never given out again. */
  z.object({ kind: z.literal('sequence'), last: z.int() }),
])
export type PsaChange = z.infer<typeof PsaChange>

export type PsaState = {
  readonly tickets: Map<string, StoredTicket>
  /** By `tenantKey` with the external reference. */
  readonly idByReference: Map<string, string>
  /** By `tenantKey` with the identity. */
  readonly agents: Map<string, StoredAgent>
  readonly projects: Map<string, StoredProject>
  /** By `tenantKey` with the external reference. */
  readonly projectIdByReference: Map<string, string>
  /** Names of a tenant's companies by their ids; the id itself where no name was given. */
  readonly companies: Map<string, ReadonlyMap<string, string>>
  readonly refusedTenants: Set<string>
  lastNumber: number
}

/** State that is written down before it changes. */
export type PsaMemory = { readonly state: PsaState; readonly record: (change: PsaChange) => void }

/** What the earlier changes led to; the journal is summed up. */
export const openPsaMemory = (journal: Journal<PsaChange>, earlier: readonly PsaChange[]): PsaMemory => {
  const state = emptyState()
  for (const change of earlier) applyChange(state, change)
  journal.rewrite(snapshot(state))
  return {
    state,
    record: (change) => {
      journal.append(change)
      applyChange(state, change)
    },
  }
}

const emptyState = (): PsaState => ({
  tickets: new Map(),
  idByReference: new Map(),
  agents: new Map(),
  projects: new Map(),
  projectIdByReference: new Map(),
  companies: new Map(),
  refusedTenants: new Set(),
  lastNumber: 0,
})

/** Of what is unique within a tenant only. */
export const tenantKey = (tenantId: string, name: string): string => JSON.stringify([tenantId, name])

/** To whom new work is assigned; null when nobody is wanted, or the agent is not there or not active. */
export const assigneeOf = (
  { agents }: PsaState,
  tenantId: string,
  identity: string | undefined,
): StoredTicket['assignee'] => {
  const agent = identity === undefined ? undefined : agents.get(tenantKey(tenantId, identity))
  return agent?.active ? { id: agent.identity, name: `${agent.firstName} ${agent.lastName}` } : null
}

/** `T` of a ticket or `P` of a project, the year, and a number of at least four digits: unique over all tenants. */
export const numberedId = (letter: 'T' | 'P', createdAt: string, number: number): string =>
  `${letter}${createdAt.slice(0, 4)}${String(number).padStart(4, '0')}`

const numberOf = (id: string): number => Number(id.slice(5))

const applyChange = (state: PsaState, change: PsaChange): void => {
  switch (change.kind) {
    case 'ticket': {
      const { id, tenantId, externalReference } = change.ticket
      state.tickets.set(id, change.ticket)
      state.idByReference.set(tenantKey(tenantId, externalReference), id)
      state.lastNumber = Math.max(state.lastNumber, numberOf(id))
      return
    }
    case 'ticket-deleted':
      return remove(state, change.id)
    case 'agent':
      state.agents.set(tenantKey(change.agent.tenantId, change.agent.identity), change.agent)
      return
    case 'project': {
      const { id, tenantId, externalReference } = change.project
      state.projects.set(id, change.project)
      state.projectIdByReference.set(tenantKey(tenantId, externalReference), id)
      state.lastNumber = Math.max(state.lastNumber, numberOf(id))
      return
    }
    case 'project-deleted':
      return removeProject(state, change.id)
    case 'companies':
      state.companies.set(change.tenantId, new Map(change.companyIds.map((id) => [id, change.names[id] ?? id])))
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
  state.idByReference.delete(tenantKey(ticket.tenantId, ticket.externalReference))
}

const removeProject = (state: PsaState, id: string): void => {
  const project = state.projects.get(id)
  if (!project) return
  state.projects.delete(id)
  state.projectIdByReference.delete(tenantKey(project.tenantId, project.externalReference))
}

const reset = (state: PsaState, tenantId: string | undefined): void => {
  for (const ticket of state.tickets.values())
    if (tenantId === undefined || ticket.tenantId === tenantId) remove(state, ticket.id)
  for (const [key, agent] of state.agents)
    if (tenantId === undefined || agent.tenantId === tenantId) state.agents.delete(key)
  for (const project of state.projects.values())
    if (tenantId === undefined || project.tenantId === tenantId) removeProject(state, project.id)
  if (tenantId === undefined) {
    state.companies.clear()
    state.refusedTenants.clear()
  } else {
    state.companies.delete(tenantId)
    state.refusedTenants.delete(tenantId)
  }
}

/** The shortest list of changes that leads to this state. */
const snapshot = (state: PsaState): PsaChange[] => [
  { kind: 'sequence', last: state.lastNumber },
  ...[...state.companies].map(([tenantId, names]): PsaChange => ({
    kind: 'companies',
    tenantId,
    companyIds: [...names.keys()],
    names: Object.fromEntries(names),
  })),
  ...[...state.refusedTenants].map((tenantId): PsaChange => ({ kind: 'access', tenantId, allowed: false })),
  ...[...state.agents.values()].map((agent): PsaChange => ({ kind: 'agent', agent })),
  ...[...state.projects.values()].map((project): PsaChange => ({ kind: 'project', project })),
  ...[...state.tickets.values()].map((ticket): PsaChange => ({ kind: 'ticket', ticket })),
]
