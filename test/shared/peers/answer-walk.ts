// Every answer of every function of every peer's client: an example that says all that the contract has, what is needed of it, and where it
// shows in what the function returns.
import { newEvent } from '../../../shared/bus/event.ts'
import { type BusClient, createBusClient } from '../../../shared/peers/bus/client.ts'
import { BusAccepted } from '../../../shared/peers/bus/contract.ts'
import { type CmdbClient, createCmdbClient } from '../../../shared/peers/cmdb/client.ts'
import { CmdbAsset, CmdbAssetPage, CmdbHealth, CmdbProblem } from '../../../shared/peers/cmdb/contract.ts'
import { type CrmClient, createCrmClient } from '../../../shared/peers/crm/client.ts'
import {
  CrmHealth,
  CrmOpportunity,
  type CrmOpportunityDraft,
  CrmOpportunityExists,
  CrmOpportunityList,
} from '../../../shared/peers/crm/contract.ts'
import {
  CrmEnrichment,
  type CrmEnrichmentDraft,
  CrmEnrichmentExists,
  CrmEnrichmentList,
  CrmRecordFields,
} from '../../../shared/peers/crm/enrichment-contract.ts'
import { type DefendClient, createDefendClient } from '../../../shared/peers/defend/client.ts'
import { DefendAuditReceipt, DefendHealth } from '../../../shared/peers/defend/contract.ts'
import { DefendLoginReceipt } from '../../../shared/peers/defend/anomaly-contract.ts'
import {
  type DefendInsiderSignal,
  DefendSignalExists,
  DefendSignalReceipt,
  DefendSignalReceipts,
} from '../../../shared/peers/defend/signal-contract.ts'
import { DefendBehaviourReceipt } from '../../../shared/peers/defend/behaviour-contract.ts'
import { type HubClient, createHubClient } from '../../../shared/peers/hub/client.ts'
import {
  HubAdjustment,
  HubOrganization,
  HubOrganizationPage,
  HubProblem,
  HubUsage,
  HubUsageDiffers,
  HubUsageList,
  HubUser,
  HubUserPage,
} from '../../../shared/peers/hub/contract.ts'
import { type OnCallClient, createOnCallClient } from '../../../shared/peers/oncall/client.ts'
import { OnCallAlert, OnCallHealth, OnCallProblem } from '../../../shared/peers/oncall/contract.ts'
import type { ClientOf, Peer } from '../../../shared/peers/peers.ts'
import { type PsaClient, createPsaClient } from '../../../shared/peers/psa/client.ts'
import { PsaHealth, PsaProblem } from '../../../shared/peers/psa/contract.ts'
import { PsaAgent, PsaAgentPage } from '../../../shared/peers/psa/agent-contract.ts'
import {
  PsaNote,
  PsaTicket,
  type PsaTicketDraft,
  PsaTicketExists,
  PsaTicketList,
  PsaTicketPage,
  PsaUnknownCompany,
} from '../../../shared/peers/psa/ticket-contract.ts'
import {
  PsaProject,
  type PsaProjectDraft,
  PsaProjectExists,
  PsaProjectList,
} from '../../../shared/peers/psa/project-contract.ts'
import { NoSuchRecord } from '../../../shared/peers/user-read/contract.ts'
import type { Answer, Path, PeerWalk } from './peer-walk.ts'
import { assetEnrichmentWalk } from './enrichment-walk.ts'
import { investigationWalk } from './result-walk.ts'
import { readableWalks, views } from './view-walk.ts'

const time = '2026-11-22T10:00:00.123Z'
const whole = { from: [], to: [] } as const
const problem = { type: 'about:blank', title: 'None', status: 404, detail: 'There is none.' }

/** Names of members within each item of a list. */
const each = (list: string, names: readonly string[]): readonly string[] => [
  list,
  ...names.map((name) => `${list}[].${name}`),
]
const within = (member: string, names: readonly string[]): readonly string[] => [
  member,
  ...names.map((name) => `${member}.${name}`),
]

const organization = {
  id: 't1',
  slug: 'acme',
  name: 'Acme',
  status: 'active',
  products: ['hub', 'psa'],
  aiTier: 'ai-pro',
}
const user = {
  id: 'u1',
  email: 'ann@acme.example',
  firstName: 'Ann',
  lastName: 'Lee',
  status: 'active',
  orgRole: 'admin',
  products: ['hub', 'psa'],
  aiTier: 'ai-basic',
  version: 3,
  updatedAt: time,
}
const adjustment = { id: 'a1', delta: -2, reason: 'Two were archived', recordedAt: time }
const usage = { date: '2026-11-22', quantity: 7, recordedAt: time, adjustments: [adjustment] }
const neededOfUser = ['id', 'email', 'firstName', 'lastName', 'status', 'orgRole', 'products', 'version']
const neededOfOrganization = ['id', 'status', 'products']
const hubProblem = { status: 404, contract: HubProblem, body: problem, needed: [] } as const

const billing: Pick<PeerWalk<HubClient>['answers'], 'reportUsage' | 'adjustUsage' | 'listUsage'> = {
  reportUsage: [
    ...[200, 201].map((status): Answer<HubClient> => ({
      status,
      contract: HubUsage,
      body: usage,
      ask: (hub) => hub.reportUsage('t1', 'repos_protected', '2026-11-22', 7),
      needed: ['date', 'quantity'],
      shows: { from: [], to: ['usage'] },
    })),
    {
      status: 409,
      contract: HubUsageDiffers,
      body: { ...problem, status: 409, usage },
      ask: (hub) => hub.reportUsage('t1', 'repos_protected', '2026-11-22', 9),
      needed: within('usage', ['date', 'quantity', 'adjustments', 'adjustments[].delta']),
      shows: { from: ['usage'], to: ['usage'] },
    },
  ],
  adjustUsage: [
    ...[200, 201].map((status): Answer<HubClient> => ({
      status,
      contract: HubAdjustment,
      body: adjustment,
      ask: adjust,
      needed: ['id', 'delta'],
      shows: { from: [], to: ['adjustment'] },
    })),
    { ...hubProblem, status: 409, ask: adjust },
  ],
  listUsage: [
    {
      status: 200,
      contract: HubUsageList,
      body: { usage: [usage] },
      ask: (hub) => hub.listUsage('t1', 'repos_protected', { from: '2026-11-22', to: '2026-11-22' }),
      needed: each('usage', ['date', 'quantity']),
      shows: { from: ['usage'], to: [] },
    },
  ],
}

function adjust(hub: HubClient): Promise<unknown> {
  const { id, delta, reason } = adjustment
  return hub.adjustUsage('t1', id, { metric: 'repos_protected', date: '2026-11-22', delta, reason })
}

const hubWalk: PeerWalk<HubClient> = {
  peer: 'hub',
  connect: createHubClient,
  answers: {
    ...billing,
    getOrganization: [
      {
        status: 200,
        contract: HubOrganization,
        body: organization,
        ask: (hub) => hub.getOrganization('t1'),
        needed: neededOfOrganization,
        shows: whole,
      },
      { ...hubProblem, ask: (hub) => hub.getOrganization('t1') },
    ],
    listOrganizations: [
      {
        status: 200,
        contract: HubOrganizationPage,
        body: { organizations: [organization], nextCursor: 'c' },
        ask: (hub) => hub.listOrganizations(),
        needed: each('organizations', neededOfOrganization),
        shows: whole,
      },
    ],
    getUser: [
      {
        status: 200,
        contract: HubUser,
        body: user,
        ask: (hub) => hub.getUser('t1', 'u1'),
        needed: neededOfUser,
        shows: whole,
      },
      { ...hubProblem, ask: (hub) => hub.getUser('t1', 'u1') },
    ],
    getUsers: [
      {
        status: 200,
        contract: HubUserPage,
        body: { users: [user], nextCursor: 'c' },
        ask: (hub) => hub.getUsers('t1', ['u1']),
        needed: each('users', ['id']),
        shows: { from: ['users'], to: [] },
      },
    ],
    listUsers: [
      {
        status: 200,
        contract: HubUserPage,
        body: { users: [user], nextCursor: 'c' },
        ask: (hub) => hub.listUsers('t1'),
        needed: each('users', neededOfUser),
        shows: whole,
      },
    ],
  },
}

const health = { status: 'ok', version: '1' }
const assignee = { id: 'u1', name: 'Ann Lee' }
const ticketDraft: PsaTicketDraft = {
  externalReference: 'code:f1',
  title: 'A title',
  description: '',
  priority: 'P2',
  board: 'service',
  companyId: 'c1',
  source: 'the-one-code',
  links: [],
  relatedTicketIds: [],
}
const ticket = {
  id: 'T1',
  externalReference: 'code:f1',
  title: 'A title',
  status: 'closed',
  priority: 'P2',
  board: 'service',
  companyId: 'c1',
  createdAt: time,
  updatedAt: time,
  closedAt: time,
  url: 'https://psa.example/tickets/T1',
  assignee,
  version: 1,
}
const neededOfTicket = ['id', 'status', 'closedAt', 'url']
const note = { reference: 'n1', text: 'Seen again', internal: true, createdAt: time }
const psaProblem = { status: 404, contract: PsaProblem, body: problem, needed: [] } as const

/** An answer with the ticket, and one that says that there is none. */
const onTicket = (ask: Answer<PsaClient>['ask'], to: Path): readonly Answer<PsaClient>[] => [
  { status: 200, contract: PsaTicket, body: ticket, ask, needed: neededOfTicket, shows: { from: [], to } },
  { ...psaProblem, ask },
]

const tickets: Pick<
  PeerWalk<PsaClient>['answers'],
  'createTicket' | 'findTicketByReference' | 'getTickets' | 'getTicket' | 'addNote' | 'reopenTicket' | 'raisePriority'
> = {
  createTicket: [
    {
      status: 201,
      contract: PsaTicket,
      body: ticket,
      ask: (psa) => psa.createTicket('t1', ticketDraft),
      needed: [...neededOfTicket, 'externalReference'],
      shows: { from: [], to: ['ticket'] },
    },
    {
      status: 409,
      contract: PsaTicketExists,
      body: { ...problem, status: 409, ticket },
      ask: (psa) => psa.createTicket('t1', ticketDraft),
      needed: within('ticket', [...neededOfTicket, 'externalReference']),
      shows: { from: ['ticket'], to: ['ticket'] },
    },
    {
      status: 422,
      // Its type is no enum of states: it tells this refusal from all others.
      contract: PsaUnknownCompany.omit({ type: true }),
      body: { ...problem, status: 422, type: 'urn:the-one-psa:problem:unknown-company' },
      ask: (psa) => psa.createTicket('t1', ticketDraft).catch(({ code }: { code: string }) => code),
      needed: [],
    },
  ],
  findTicketByReference: [
    {
      status: 200,
      contract: PsaTicketList,
      body: { tickets: [ticket] },
      ask: (psa) => psa.findTicketByReference('t1', 'code:f1'),
      needed: each('tickets', [...neededOfTicket, 'externalReference']),
      shows: { from: ['tickets', 0], to: [] },
    },
  ],
  getTickets: [
    {
      status: 200,
      contract: PsaTicketList,
      body: { tickets: [ticket] },
      ask: (psa) => psa.getTickets('t1', ['T1']),
      needed: each('tickets', neededOfTicket),
      shows: { from: ['tickets'], to: [] },
    },
  ],
  getTicket: onTicket((psa) => psa.getTicket('t1', 'T1'), []),
  addNote: [
    ...[200, 201].map((status): Answer<PsaClient> => ({
      status,
      contract: PsaNote,
      body: note,
      ask: addNote,
      needed: ['reference'],
    })),
    { ...psaProblem, ask: addNote },
  ],
  reopenTicket: onTicket((psa) => psa.reopenTicket('t1', 'T1', { reference: 'r1', note: 'x' }), ['ticket']),
  raisePriority: onTicket((psa) => psa.raisePriority('t1', 'T1', { reference: 'r1', priority: 'P1' }), ['ticket']),
}

function addNote(psa: PsaClient): Promise<unknown> {
  return psa.addNote('t1', 'T1', { reference: 'n1', text: 'Seen again', internal: true })
}

const agentDraft = {
  email: 'ada@example.com',
  firstName: 'Ada',
  lastName: 'Byron',
  role: 'technician',
  active: true,
  sourceVersion: 3,
} as const
const agent = { ...agentDraft, identity: 'u1', updatedAt: time }
const neededOfAgent = ['identity', ...Object.keys(agentDraft)]

const agents: Pick<
  PeerWalk<PsaClient>['answers'],
  'putAgent' | 'getAgent' | 'getAgents' | 'listAgents' | 'listAgentTickets'
> = {
  putAgent: [200, 201].map((status) => ({
    status,
    contract: PsaAgent,
    body: agent,
    ask: (psa) => psa.putAgent('t1', 'u1', agentDraft),
    needed: ['identity', 'active', 'sourceVersion'],
    shows: { from: [], to: ['agent'] },
  })),
  getAgent: [
    {
      status: 200,
      contract: PsaAgent,
      body: agent,
      ask: (psa) => psa.getAgent('t1', 'u1'),
      needed: neededOfAgent,
      shows: whole,
    },
    { ...psaProblem, ask: (psa) => psa.getAgent('t1', 'u1') },
  ],
  getAgents: [
    {
      status: 200,
      contract: PsaAgentPage,
      body: { agents: [agent], nextCursor: 'c' },
      ask: (psa) => psa.getAgents('t1', ['u1']),
      needed: each('agents', neededOfAgent),
      shows: { from: ['agents'], to: [] },
    },
  ],
  listAgents: [
    {
      status: 200,
      contract: PsaAgentPage,
      body: { agents: [agent], nextCursor: 'c' },
      ask: (psa) => psa.listAgents('t1'),
      needed: each('agents', neededOfAgent),
      shows: whole,
    },
  ],
  listAgentTickets: [
    {
      status: 200,
      contract: PsaTicketPage,
      body: { tickets: [ticket], nextCursor: 'c' },
      ask: (psa) => psa.listAgentTickets('t1', 'u1'),
      needed: each('tickets', ['id', 'title', 'status', 'priority', 'url']),
      shows: whole,
    },
    { ...psaProblem, ask: (psa) => psa.listAgentTickets('t1', 'u1') },
  ],
}

const projectDraft: PsaProjectDraft = {
  externalReference: 'code:r1',
  title: 'Move to Node 24',
  description: '1. Upgrade.',
  companyId: 'c1',
  board: 'projects',
  estimateHours: 12.25,
  billable: true,
  type: 'migration_recommendation',
  source: 'the-one-code',
  links: [],
}
const project = {
  id: 'P1',
  externalReference: 'code:r1',
  title: 'Move to Node 24',
  status: 'planned',
  board: 'projects',
  companyId: 'c1',
  assignee,
  estimateHours: 12.25,
  billable: true,
  createdAt: time,
  updatedAt: time,
  url: 'https://psa.example/projects/P1',
  version: 1,
}
const neededOfProject = ['id', 'status', 'estimateHours', 'url']

const projects: Pick<PeerWalk<PsaClient>['answers'], 'createProject' | 'findProjectByReference' | 'getProject'> = {
  createProject: [
    {
      status: 201,
      contract: PsaProject,
      body: project,
      ask: (psa) => psa.createProject('t1', projectDraft),
      needed: [...neededOfProject, 'externalReference'],
      shows: { from: [], to: ['project'] },
    },
    {
      status: 409,
      contract: PsaProjectExists,
      body: { ...problem, status: 409, project },
      ask: (psa) => psa.createProject('t1', projectDraft),
      needed: within('project', [...neededOfProject, 'externalReference']),
      shows: { from: ['project'], to: ['project'] },
    },
  ],
  findProjectByReference: [
    {
      status: 200,
      contract: PsaProjectList,
      body: { projects: [project] },
      ask: (psa) => psa.findProjectByReference('t1', 'code:r1'),
      needed: each('projects', [...neededOfProject, 'externalReference']),
      shows: { from: ['projects', 0], to: [] },
    },
  ],
  getProject: [
    {
      status: 200,
      contract: PsaProject,
      body: project,
      ask: (psa) => psa.getProject('t1', 'P1'),
      needed: neededOfProject,
      shows: whole,
    },
    { ...psaProblem, ask: (psa) => psa.getProject('t1', 'P1') },
  ],
}

const psaWalk: PeerWalk<PsaClient> = {
  peer: 'psa',
  connect: createPsaClient,
  answers: {
    ...tickets,
    ...agents,
    ...projects,
    ...views.psa,
    checkHealth: [
      {
        status: 200,
        contract: PsaHealth,
        body: health,
        ask: (psa) => psa.checkHealth('t1'),
        needed: ['status'],
        shows: whole,
      },
    ],
  },
}

const opportunityDraft: CrmOpportunityDraft = {
  externalReference: 'f1',
  name: 'Migrate to Node 24',
  companyId: 'acme',
  value: { amountMinor: 1_250_050, currency: 'EUR' },
  description: 'Node 16 is out of support.',
  source: 'the-one-code',
  type: 'migration_recommendation',
  links: [],
}
const opportunity = {
  id: 'o1',
  externalReference: 'f1',
  name: 'Migrate to Node 24',
  stage: 'won',
  companyId: 'acme',
  value: { amountMinor: 1_250_050, currency: 'EUR' },
  createdAt: time,
  updatedAt: time,
  url: 'https://crm.example/opportunities/o1',
}
const recordFields = {
  kind: 'company',
  id: 'acme',
  name: 'Acme',
  companyName: 'Acme',
  website: 'https://acme.example/',
  emailDomains: ['acme.example'],
  industries: ['Retail'],
  fields: [{ field: 'employees', value: '12', origin: 'person' }],
  version: 'v1',
}
const enrichmentDraft: CrmEnrichmentDraft = {
  externalReference: 'e1',
  kind: 'company',
  recordId: 'acme',
  version: 'v1',
  values: [],
  proposals: [],
}
const enrichment = {
  id: 'en1',
  externalReference: 'e1',
  written: ['employees'],
  kept: ['phone'],
  url: 'https://crm.example/company/acme',
  createdAt: time,
}
const neededOfEnrichment = ['id', 'externalReference', 'written', 'url']
const neededOfOpportunity = ['id', 'stage', 'url']

const crmWalk: PeerWalk<CrmClient> = {
  peer: 'crm',
  connect: createCrmClient,
  answers: {
    createOpportunity: [
      {
        status: 201,
        contract: CrmOpportunity,
        body: opportunity,
        ask: (crm) => crm.createOpportunity('t1', opportunityDraft),
        needed: [...neededOfOpportunity, 'externalReference'],
        shows: { from: [], to: ['opportunity'] },
      },
      {
        status: 409,
        contract: CrmOpportunityExists,
        body: { title: 'It exists', status: 409, opportunity },
        ask: (crm) => crm.createOpportunity('t1', opportunityDraft),
        needed: within('opportunity', [...neededOfOpportunity, 'externalReference']),
        shows: { from: ['opportunity'], to: ['opportunity'] },
      },
    ],
    findOpportunityByReference: [
      {
        status: 200,
        contract: CrmOpportunityList,
        body: { opportunities: [opportunity] },
        ask: (crm) => crm.findOpportunityByReference('t1', 'f1'),
        needed: each('opportunities', [...neededOfOpportunity, 'externalReference']),
        shows: { from: ['opportunities', 0], to: [] },
      },
    ],
    getOpportunities: [
      {
        status: 200,
        contract: CrmOpportunityList,
        body: { opportunities: [opportunity] },
        ask: (crm) => crm.getOpportunities('t1', ['o1']),
        needed: each('opportunities', neededOfOpportunity),
        shows: { from: ['opportunities'], to: [] },
      },
    ],
    ...views.crm,
    readFields: [
      {
        status: 200,
        contract: CrmRecordFields,
        body: recordFields,
        ask: (crm) => crm.readFields('t1', 'company', 'acme'),
        needed: ['id', 'name', 'companyName', 'version', ...each('fields', ['field', 'value', 'origin'])],
        shows: whole,
      },
      {
        status: 404,
        contract: NoSuchRecord,
        body: problem,
        ask: (crm) => crm.readFields('t1', 'company', 'acme'),
        needed: [],
      },
    ],
    createEnrichment: [
      {
        status: 201,
        contract: CrmEnrichment,
        body: enrichment,
        ask: (crm) => crm.createEnrichment('t1', enrichmentDraft),
        needed: neededOfEnrichment,
        shows: { from: [], to: ['enrichment'] },
      },
      {
        status: 409,
        contract: CrmEnrichmentExists,
        body: { title: 'It exists', status: 409, enrichment },
        ask: (crm) => crm.createEnrichment('t1', enrichmentDraft),
        needed: within('enrichment', neededOfEnrichment),
        shows: { from: ['enrichment'], to: ['enrichment'] },
      },
    ],
    findEnrichmentByReference: [
      {
        status: 200,
        contract: CrmEnrichmentList,
        body: { enrichments: [enrichment] },
        ask: (crm) => crm.findEnrichmentByReference('t1', 'e1'),
        needed: each('enrichments', neededOfEnrichment),
        shows: { from: ['enrichments', 0], to: [] },
      },
    ],
    checkHealth: [
      {
        status: 200,
        contract: CrmHealth,
        body: health,
        ask: (crm) => crm.checkHealth('t1'),
        needed: ['status'],
        shows: whole,
      },
    ],
  },
}

const assetDraft = {
  type: 'software_application',
  name: 'northwind/storefront',
  clientId: 'acme',
  attributes: {
    repositoryUrl: 'https://github.com/northwind/storefront',
    appType: 'web',
    techStack: ['TypeScript'],
    healthScore: 81.5,
    debtScore: 0,
    lastCommitAt: time,
    commitFrequency: 3.5,
    hostingPlatform: 'azure',
    dataClassification: 'confidential',
  },
  sourceVersion: 3,
} as const
/** Retired at a higher version than the one that is put. */
const asset = {
  ...assetDraft,
  externalReference: 'a1',
  sourceVersion: 4,
  state: 'retired',
  retiredAt: time,
  retirementReason: 'It is gone',
  createdAt: time,
  updatedAt: time,
}
const neededOfAsset = ['externalReference', 'sourceVersion', 'state']
const cmdbProblem = { status: 404, contract: CmdbProblem, body: problem, needed: [] } as const

const cmdbWalk: PeerWalk<CmdbClient> = {
  peer: 'cmdb',
  connect: createCmdbClient,
  answers: {
    putAsset: [200, 201].map((status) => ({
      status,
      contract: CmdbAsset,
      body: asset,
      ask: (cmdb) =>
        cmdb.putAsset('t1', 'a1', { ...assetDraft, attributes: { ...assetDraft.attributes, techStack: [] } }),
      needed: neededOfAsset,
      shows: { from: [], to: ['asset'] },
    })),
    retireAsset: [
      {
        status: 200,
        contract: CmdbAsset,
        body: asset,
        ask: (cmdb) => cmdb.retireAsset('t1', 'a1', { reason: 'It is gone' }),
        needed: ['externalReference', 'state'],
        shows: { from: [], to: ['asset'] },
      },
      { ...cmdbProblem, ask: (cmdb) => cmdb.retireAsset('t1', 'a1', { reason: 'It is gone' }) },
    ],
    getAsset: [
      {
        status: 200,
        contract: CmdbAsset,
        body: asset,
        ask: (cmdb) => cmdb.getAsset('t1', 'a1'),
        needed: neededOfAsset,
        shows: whole,
      },
      { ...cmdbProblem, ask: (cmdb) => cmdb.getAsset('t1', 'a1') },
    ],
    listAssets: [
      {
        status: 200,
        contract: CmdbAssetPage,
        body: { assets: [asset], nextCursor: 'c' },
        ask: (cmdb) => cmdb.listAssets('t1'),
        needed: each('assets', neededOfAsset),
        shows: whole,
      },
    ],
    ...views.cmdb,
    ...assetEnrichmentWalk,
    checkHealth: [
      {
        status: 200,
        contract: CmdbHealth,
        body: health,
        ask: (cmdb) => cmdb.checkHealth('t1'),
        needed: ['status'],
        shows: whole,
      },
    ],
  },
}

export const insiderSignal: DefendInsiderSignal = {
  externalReference: 's1',
  userId: 'u1',
  day: '2026-11-22',
  reasons: [{ kind: 'leaving', text: 'Notice has been given.' }],
  audience: ['u2'],
}

const defendWalk: PeerWalk<DefendClient> = {
  peer: 'defend',
  connect: createDefendClient,
  answers: {
    sendAuditEvent: [200, 201].map((status) => ({
      status,
      contract: DefendAuditReceipt,
      body: { id: 'e1' },
      ask: (defend) =>
        defend.sendAuditEvent('t1', {
          id: 'e1',
          type: 'hub.auth.login_success',
          occurredAt: time,
          userId: 'u1',
          actor: { type: 'user', id: 'u1' },
          outcome: 'success',
          classification: 'login',
          review: false,
          details: {},
        }),
      needed: ['id'],
    })),
    putLoginAnomalies: [
      {
        status: 200,
        contract: DefendLoginReceipt,
        body: { id: 'e1' },
        ask: (defend) =>
          defend.putLoginAnomalies('t1', 'e1', { userId: 'u1', occurredAt: time, anomalies: [], version: 1 }),
        needed: ['id'],
      },
    ],
    createInsiderSignal: [
      {
        status: 201,
        contract: DefendSignalReceipt,
        body: { externalReference: 's1' },
        ask: (defend) => defend.createInsiderSignal('t1', insiderSignal),
        needed: ['externalReference'],
        shows: { from: [], to: ['receipt'] },
      },
      {
        status: 409,
        contract: DefendSignalExists,
        body: { title: 'It exists', status: 409, signal: { externalReference: 's1' } },
        ask: (defend) => defend.createInsiderSignal('t1', insiderSignal),
        needed: within('signal', ['externalReference']),
        shows: { from: ['signal'], to: ['receipt'] },
      },
    ],
    findInsiderSignal: [
      {
        status: 200,
        contract: DefendSignalReceipts,
        body: { signals: [{ externalReference: 's1' }] },
        ask: (defend) => defend.findInsiderSignal('t1', 's1'),
        needed: each('signals', ['externalReference']),
        shows: { from: ['signals', 0], to: [] },
      },
    ],
    putBehaviourScores: [
      {
        status: 200,
        contract: DefendBehaviourReceipt,
        body: { received: 1, newer: 1 },
        ask: (defend) =>
          defend.putBehaviourScores('t1', [
            {
              deviceId: 'd1',
              hour: time,
              version: 1,
              isFinal: false,
              standing: 'learning',
              score: null,
              isUnusual: false,
              reasons: [],
            },
          ]),
        needed: ['received'],
      },
    ],
    ...views.defend,
    ...investigationWalk,
    checkHealth: [
      {
        status: 200,
        contract: DefendHealth,
        body: health,
        ask: (defend) => defend.checkHealth('t1'),
        needed: ['status'],
        shows: whole,
      },
    ],
  },
}

const busWalk: PeerWalk<BusClient> = {
  peer: 'bus',
  connect: createBusClient,
  answers: {
    publish: [
      {
        status: 202,
        contract: BusAccepted,
        body: { id: 'e1' },
        ask: (bus) =>
          bus.publish({
            ...newEvent({
              type: 'code.documentation.refreshed',
              tenantId: 't1',
              data: { doc_type: 'readme', repo_id: 'r1' },
              now: new Date(time),
            }),
            id: 'e1',
          }),
        needed: ['id'],
      },
    ],
  },
}

const alert = {
  reference: 'incident:1',
  state: 'acknowledged',
  urgency: 'high',
  acknowledgedBy: 'Ann',
  acknowledgedAt: time,
  createdAt: time,
}
const neededOfAlert = ['reference', 'state', 'acknowledgedBy', 'acknowledgedAt']
const onCallProblem = { status: 404, contract: OnCallProblem, body: problem, needed: [] } as const

const onCallWalk: PeerWalk<OnCallClient> = {
  peer: 'oncall',
  connect: createOnCallClient,
  answers: {
    raiseAlert: [200, 201].map((status) => ({
      status,
      contract: OnCallAlert,
      body: alert,
      ask: (onCall) =>
        onCall.raiseAlert('t1', 'incident:1', {
          title: 'PSA refuses our key',
          details: '',
          urgency: 'high',
          url: 'https://code.example',
          occurredAt: time,
        }),
      needed: neededOfAlert,
      shows: { from: [], to: ['alert'] },
    })),
    getAlert: [
      {
        status: 200,
        contract: OnCallAlert,
        body: alert,
        ask: (onCall) => onCall.getAlert('t1', 'incident:1'),
        needed: neededOfAlert,
        shows: whole,
      },
      { ...onCallProblem, ask: (onCall) => onCall.getAlert('t1', 'incident:1') },
    ],
    resolveAlert: [
      {
        status: 200,
        contract: OnCallAlert,
        body: alert,
        ask: (onCall) => onCall.resolveAlert('t1', 'incident:1', { reason: 'It works.' }),
        needed: neededOfAlert,
        shows: whole,
      },
      { ...onCallProblem, ask: (onCall) => onCall.resolveAlert('t1', 'incident:1', { reason: 'It works.' }) },
    ],
    checkHealth: [
      {
        status: 200,
        contract: OnCallHealth,
        body: health,
        ask: (onCall) => onCall.checkHealth('t1'),
        needed: ['status'],
        shows: whole,
      },
    ],
  },
}

/** Each peer: one that is missing does not compile. */
export const walks: { readonly [Name in Peer]: PeerWalk<ClientOf<Name>> } = {
  hub: hubWalk,
  psa: psaWalk,
  crm: crmWalk,
  cmdb: cmdbWalk,
  defend: defendWalk,
  bus: busWalk,
  oncall: onCallWalk,
  ...readableWalks,
}
