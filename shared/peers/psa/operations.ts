// What can be asked of The One PSA. Refusals are RFC 9457 problem documents.
import { peerContract } from '../../peer-client/operation.ts'
import { PsaArticles } from './article-contract.ts'
import { PsaHealth, PsaProblem, psaHeaders } from './contract.ts'
import { PsaAgent, PsaAgentDraft, PsaAgentIdentity, PsaAgentPage } from './agent-contract.ts'
import {
  PsaNote,
  PsaNoteDraft,
  PsaPriorityRaise,
  PsaReopening,
  PsaTicket,
  PsaTicketDraft,
  PsaTicketExists,
  PsaTicketId,
  PsaTicketList,
  PsaTicketPage,
  PsaUnknownCompany,
} from './ticket-contract.ts'
import { userReadAnswers } from '../user-read/contract.ts'
import { PsaTicketView } from './view-contract.ts'
import { PsaProject, PsaProjectDraft, PsaProjectExists, PsaProjectList } from './project-contract.ts'

const identity = { identity: PsaAgentIdentity }

export const psaContract = peerContract({
  name: 'PSA',
  headers: psaHeaders,
  operations: {
    createTicket: {
      method: 'POST',
      path: '/v1/tickets',
      body: { ticket: PsaTicketDraft },
      answers: { 201: PsaTicket, 409: PsaTicketExists, 422: PsaUnknownCompany },
      // The external reference is unique: the second try of a ticket that was made finds it.
      repeatable: true,
    },
    listTickets: {
      method: 'GET',
      path: '/v1/tickets',
      query: ['externalReference', 'ids'],
      answers: { 200: PsaTicketList },
    },
    getTicket: { method: 'GET', path: '/v1/tickets/:id', answers: { 200: PsaTicket, 404: PsaProblem } },
    viewTicket: {
      method: 'GET',
      path: '/v1/tickets/:id/view',
      params: { id: PsaTicketId },
      answers: userReadAnswers(PsaTicketView),
      asUser: true,
    },
    searchArticles: {
      method: 'GET',
      path: '/v1/knowledge-articles',
      query: ['query', 'limit'],
      answers: userReadAnswers(PsaArticles),
      asUser: true,
    },
    addNote: {
      method: 'POST',
      path: '/v1/tickets/:id/notes',
      body: { note: PsaNoteDraft },
      answers: { 200: PsaNote, 201: PsaNote, 404: PsaProblem },
      repeatable: true,
    },
    reopenTicket: {
      method: 'POST',
      path: '/v1/tickets/:id/reopen',
      body: { reopening: PsaReopening },
      answers: { 200: PsaTicket, 404: PsaProblem },
      repeatable: true,
    },
    raisePriority: {
      method: 'POST',
      path: '/v1/tickets/:id/priority',
      body: { priority: PsaPriorityRaise },
      answers: { 200: PsaTicket, 404: PsaProblem },
      repeatable: true,
    },
    putAgent: {
      method: 'PUT',
      path: '/v1/agents/:identity',
      params: identity,
      body: { agent: PsaAgentDraft },
      answers: { 200: PsaAgent, 201: PsaAgent },
    },
    getAgent: {
      method: 'GET',
      path: '/v1/agents/:identity',
      params: identity,
      answers: { 200: PsaAgent, 404: PsaProblem },
    },
    listAgents: {
      method: 'GET',
      path: '/v1/agents',
      query: ['ids', 'limit', 'cursor'],
      answers: { 200: PsaAgentPage },
    },
    listAgentTickets: {
      method: 'GET',
      path: '/v1/agents/:identity/tickets',
      params: identity,
      query: ['limit', 'cursor'],
      answers: { 200: PsaTicketPage, 404: PsaProblem },
    },
    createProject: {
      method: 'POST',
      path: '/v1/projects',
      body: { project: PsaProjectDraft },
      answers: { 201: PsaProject, 409: PsaProjectExists },
      // The external reference is unique: the second try of a project that was made finds it.
      repeatable: true,
    },
    listProjects: {
      method: 'GET',
      path: '/v1/projects',
      query: ['externalReference'],
      answers: { 200: PsaProjectList },
    },
    getProject: { method: 'GET', path: '/v1/projects/:id', answers: { 200: PsaProject, 404: PsaProblem } },
    checkHealth: { method: 'GET', path: '/v1/health', answers: { 200: PsaHealth } },
  },
})

export type PsaOperation = keyof typeof psaContract.operations
