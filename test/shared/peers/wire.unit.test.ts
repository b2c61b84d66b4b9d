// What goes over the wire to each peer, written by hand: the contract drives client and stand-in alike, so a wrong path in it would be right on
// both sides.
import { afterAll, aroundEach, beforeAll, describe, expect, it } from 'vitest'
import type { PeerContract } from '../../../shared/peer-client/operation.ts'
import { createBusClient } from '../../../shared/peers/bus/client.ts'
import { busContract } from '../../../shared/peers/bus/operations.ts'
import { createCmdbClient } from '../../../shared/peers/cmdb/client.ts'
import { cmdbContract } from '../../../shared/peers/cmdb/operations.ts'
import { createCrmClient } from '../../../shared/peers/crm/client.ts'
import { crmContract } from '../../../shared/peers/crm/operations.ts'
import type { DefendLoginAnomalies } from '../../../shared/peers/defend/anomaly-contract.ts'
import type { DefendBehaviourScore } from '../../../shared/peers/defend/behaviour-contract.ts'
import { createDefendClient } from '../../../shared/peers/defend/client.ts'
import { defendContract } from '../../../shared/peers/defend/operations.ts'
import { createHubClient } from '../../../shared/peers/hub/client.ts'
import { hubContract } from '../../../shared/peers/hub/operations.ts'
import { createOnCallClient } from '../../../shared/peers/oncall/client.ts'
import { onCallContract } from '../../../shared/peers/oncall/operations.ts'
import { peers } from '../../../shared/peers/peers.ts'
import { createPsaClient } from '../../../shared/peers/psa/client.ts'
import { psaContract } from '../../../shared/peers/psa/operations.ts'
import { createBooksClient } from '../../../shared/peers/books/client.ts'
import { booksContract } from '../../../shared/peers/books/operations.ts'
import { createPeopleClient } from '../../../shared/peers/people/client.ts'
import { peopleContract } from '../../../shared/peers/people/operations.ts'
import { createRmmClient } from '../../../shared/peers/rmm/client.ts'
import { rmmContract } from '../../../shared/peers/rmm/operations.ts'
import { createVoiceClient } from '../../../shared/peers/voice/client.ts'
import { voiceContract } from '../../../shared/peers/voice/operations.ts'
import { runWithLogSink } from '../../../shared/telemetry/log.ts'
import { type PeerServer, json, startPeerServer } from '../../support/peer-server.ts'
import { insiderSignal } from './answer-walk.ts'
import { assetEnrichmentDraft } from './enrichment-walk.ts'
import { narrative, recap, transcription } from './result-walk.ts'

let server: PeerServer
beforeAll(async () => {
  server = await startPeerServer()
})
afterAll(() => server.close())
aroundEach((runTest) => runWithLogSink(() => {}, runTest))

const connection = () => ({ baseUrl: server.baseUrl, key: () => 'the-key', retries: { max: 1, initialDelayMs: 1 } })

/** The request line and the tenant header of what was sent, and the body, or on whose behalf it was. */
type Sent = readonly [line: string, tenant: string | undefined, bodyOrUser?: unknown]

const sentBy = async (ask: () => Promise<unknown>): Promise<Sent> => {
  server.answerWith(json(500, {}))
  await ask().catch(() => {})
  const { method, url, headers, body } = server.requests.at(-1) ?? nothing
  expect(headers['x-integration-key']).toBe('the-key')
  const tenant = headers['x-tenant-id'] as string | undefined
  const line = `${method} ${url}`
  const user = headers['x-user-id']
  if (user !== undefined) return [line, tenant, { user }]
  return body === undefined || body === '' ? [line, tenant] : [line, tenant, JSON.parse(body)]
}

const nothing = { method: undefined, url: undefined, headers: {} as Record<string, string>, body: '' }

const time = '2026-11-22T10:00:00.000Z'

const opportunity = {
  externalReference: 'code:f1',
  name: 'Fix it',
  companyId: null,
  value: { amountMinor: 100, currency: 'EUR' },
  description: 'Text',
  source: 'the-one-code' as const,
  type: 'migration_recommendation',
  links: [],
}
const enrichment = {
  externalReference: 'e1',
  kind: 'company' as const,
  recordId: 'acme',
  version: 'v1',
  values: [],
  proposals: [],
}
const ticket = {
  externalReference: 'code:f1',
  title: 'Title',
  description: 'Text',
  priority: 'P2' as const,
  board: 'service',
  companyId: null,
  type: 'vulnerability',
  source: 'the-one-code' as const,
  links: [],
  relatedTicketIds: [],
}
const agent = {
  email: 'ann@acme.example',
  firstName: 'Ann',
  lastName: 'Lee',
  role: 'technician' as const,
  active: true,
  sourceVersion: 3,
}
const project = {
  externalReference: 'project:1',
  title: 'Leave AngularJS',
  description: 'Text',
  board: 'projects',
  companyId: 'acme',
  estimateHours: 1.25,
  billable: true as const,
  type: 'migration_recommendation' as const,
  source: 'the-one-code' as const,
  links: [],
}
const asset = {
  type: 'software_application' as const,
  name: 'billing',
  clientId: 'acme',
  attributes: { appType: 'web', techStack: ['TypeScript'] },
  sourceVersion: 2,
}
const unusualLogin: DefendLoginAnomalies = {
  userId: 'u1',
  occurredAt: '2026-03-01T08:00:00.000Z',
  anomalies: [{ kind: 'new_country', text: 'First login from DE in 90 days.' }],
  version: 3,
}

const behaviourScore: DefendBehaviourScore = {
  deviceId: 'a/1',
  hour: '2026-03-01T08:00:00.000Z',
  version: 12,
  isFinal: true,
  standing: 'full',
  score: 40,
  isUnusual: true,
  reasons: [{ about: 'failures', text: '60 failed logons.', observed: 60, expected: 0.5, usualMost: 2 }],
}

const auditEvent = {
  id: 'e1',
  type: 'hub.auth.login_failed',
  occurredAt: time,
  userId: null,
  actor: { type: 'system' as const, id: 'hub' },
  outcome: 'failure' as const,
  classification: 'failed_login' as const,
  review: false,
  details: {},
}
const event = {
  specversion: '1.0' as const,
  id: 'e1',
  source: '/products/code',
  type: 'code.repo.discovered',
  subject: 'repo-1',
  time,
  datacontenttype: 'application/json' as const,
  dataschema: 'urn:theonestack:event:code.repo.discovered:1',
  tenantid: 't1',
  data: { name: 'x' },
}

type Wire = Readonly<Record<string, readonly (readonly [ask: () => Promise<unknown>, ...sent: Sent])[]>>

const asUser = { user: 'u1' }

const alert = {
  title: 'PSA refuses our key',
  details: 'Check it.',
  urgency: 'high' as const,
  url: 'https://code.example/incidents/1',
  occurredAt: time,
}

const wires: readonly (readonly [PeerContract, Wire])[] = [
  [
    onCallContract,
    {
      putAlert: [
        [
          () => createOnCallClient(connection()).raiseAlert('t1', 'incident:1', alert),
          'PUT /v1/alerts/incident%3A1',
          't1',
          alert,
        ],
      ],
      getAlert: [[() => createOnCallClient(connection()).getAlert('t1', 'a/b'), 'GET /v1/alerts/a%2Fb', 't1']],
      resolveAlert: [
        [
          () => createOnCallClient(connection()).resolveAlert('t1', 'a', { reason: 'x' }),
          'POST /v1/alerts/a/resolve',
          't1',
          { reason: 'x' },
        ],
      ],
      checkHealth: [[() => createOnCallClient(connection()).checkHealth('t1'), 'GET /v1/health', 't1']],
    },
  ],
  [
    crmContract,
    {
      createOpportunity: [
        [
          () => createCrmClient(connection()).createOpportunity('t1', opportunity),
          'POST /v1/opportunities',
          't1',
          opportunity,
        ],
      ],
      listOpportunities: [
        [
          () => createCrmClient(connection()).findOpportunityByReference('t1', 'code:a/b'),
          'GET /v1/opportunities?externalReference=code%3Aa%2Fb',
          't1',
        ],
        [
          () => createCrmClient(connection()).getOpportunities('t1', ['O1', 'O2']),
          'GET /v1/opportunities?ids=O1%2CO2',
          't1',
        ],
      ],
      viewCompany: [
        [() => createCrmClient(connection()).viewCompany('t1', 'u1', 'a/1'), 'GET /v1/companies/a%2F1', 't1', asUser],
      ],
      viewContact: [
        [() => createCrmClient(connection()).viewContact('t1', 'u1', 'a/1'), 'GET /v1/contacts/a%2F1', 't1', asUser],
      ],
      readFields: [
        [
          () => createCrmClient(connection()).readFields('t1', 'company', 'a/1'),
          'GET /v1/records/company/a%2F1/fields',
          't1',
        ],
      ],
      createEnrichment: [
        [
          () => createCrmClient(connection()).createEnrichment('t1', enrichment),
          'POST /v1/enrichments',
          't1',
          enrichment,
        ],
      ],
      listEnrichments: [
        [
          () => createCrmClient(connection()).findEnrichmentByReference('t1', 'e/1'),
          'GET /v1/enrichments?externalReference=e%2F1',
          't1',
        ],
      ],
      checkHealth: [[() => createCrmClient(connection()).checkHealth('t1'), 'GET /v1/health', 't1']],
    },
  ],
  [
    psaContract,
    {
      createTicket: [
        [() => createPsaClient(connection()).createTicket('t1', ticket), 'POST /v1/tickets', 't1', ticket],
      ],
      listTickets: [
        [
          () => createPsaClient(connection()).findTicketByReference('t1', 'code:f1'),
          'GET /v1/tickets?externalReference=code%3Af1',
          't1',
        ],
        [() => createPsaClient(connection()).getTickets('t1', ['T1', 'T2']), 'GET /v1/tickets?ids=T1%2CT2', 't1'],
      ],
      getTicket: [[() => createPsaClient(connection()).getTicket('t1', 'T/1'), 'GET /v1/tickets/T%2F1', 't1']],
      searchArticles: [
        [
          () => createPsaClient(connection()).searchArticles('t1', 'u1', 'outlook password'),
          'GET /v1/knowledge-articles?query=outlook+password&limit=20',
          't1',
          asUser,
        ],
      ],
      viewTicket: [
        [() => createPsaClient(connection()).viewTicket('t1', 'u1', 'T/1'), 'GET /v1/tickets/T%2F1/view', 't1', asUser],
      ],
      addNote: [
        [
          () => createPsaClient(connection()).addNote('t1', 'T1', { reference: 'r', text: 'x', internal: true }),
          'POST /v1/tickets/T1/notes',
          't1',
          { reference: 'r', text: 'x', internal: true },
        ],
      ],
      reopenTicket: [
        [
          () => createPsaClient(connection()).reopenTicket('t1', 'T1', { reference: 'r', note: 'x' }),
          'POST /v1/tickets/T1/reopen',
          't1',
          { reference: 'r', note: 'x' },
        ],
      ],
      raisePriority: [
        [
          () => createPsaClient(connection()).raisePriority('t1', 'T1', { reference: 'r', priority: 'P1' }),
          'POST /v1/tickets/T1/priority',
          't1',
          { reference: 'r', priority: 'P1' },
        ],
      ],
      putAgent: [[() => createPsaClient(connection()).putAgent('t1', 'u1', agent), 'PUT /v1/agents/u1', 't1', agent]],
      getAgent: [[() => createPsaClient(connection()).getAgent('t1', 'u1'), 'GET /v1/agents/u1', 't1']],
      listAgents: [
        [
          () => createPsaClient(connection()).listAgents('t1', { limit: 5, cursor: 'c' }),
          'GET /v1/agents?limit=5&cursor=c',
          't1',
        ],
        [() => createPsaClient(connection()).getAgents('t1', ['u1', 'u2']), 'GET /v1/agents?ids=u1%2Cu2', 't1'],
      ],
      listAgentTickets: [
        [
          () => createPsaClient(connection()).listAgentTickets('t1', 'u1', { limit: 5 }),
          'GET /v1/agents/u1/tickets?limit=5',
          't1',
        ],
      ],
      createProject: [
        [() => createPsaClient(connection()).createProject('t1', project), 'POST /v1/projects', 't1', project],
      ],
      listProjects: [
        [
          () => createPsaClient(connection()).findProjectByReference('t1', 'project:1'),
          'GET /v1/projects?externalReference=project%3A1',
          't1',
        ],
      ],
      getProject: [[() => createPsaClient(connection()).getProject('t1', 'P1'), 'GET /v1/projects/P1', 't1']],
      checkHealth: [[() => createPsaClient(connection()).checkHealth('t1'), 'GET /v1/health', 't1']],
    },
  ],
  [
    hubContract,
    {
      getOrganization: [[() => createHubClient(connection()).getOrganization('t1'), 'GET /v1/organizations/t1', 't1']],
      listOrganizations: [
        [
          () => createHubClient(connection()).listOrganizations({ limit: 5 }),
          'GET /v1/organizations?limit=5',
          undefined,
        ],
      ],
      getUser: [[() => createHubClient(connection()).getUser('t1', 'u1'), 'GET /v1/organizations/t1/users/u1', 't1']],
      listUsers: [
        [
          () => createHubClient(connection()).listUsers('t1', { cursor: 'c' }),
          'GET /v1/organizations/t1/users?cursor=c',
          't1',
        ],
        [
          () => createHubClient(connection()).getUsers('t1', ['u1', 'u2']),
          'GET /v1/organizations/t1/users?ids=u1%2Cu2',
          't1',
        ],
      ],
      reportUsage: [
        [
          () => createHubClient(connection()).reportUsage('t1', 'repos_protected', '2026-11-22', 7),
          'PUT /v1/billing/usage/repos_protected/t1/2026-11-22',
          't1',
          { quantity: 7 },
        ],
      ],
      adjustUsage: [
        [
          () =>
            createHubClient(connection()).adjustUsage('t1', 'a1', {
              metric: 'repos_protected',
              date: '2026-11-22',
              delta: -2,
              reason: 'Archived',
            }),
          'PUT /v1/billing/adjustments/a1',
          't1',
          { tenantId: 't1', metric: 'repos_protected', date: '2026-11-22', delta: -2, reason: 'Archived' },
        ],
      ],
      listUsage: [
        [
          () =>
            createHubClient(connection()).listUsage('t1', 'repos_protected', { from: '2026-11-01', to: '2026-11-30' }),
          'GET /v1/billing/usage/repos_protected/t1?from=2026-11-01&to=2026-11-30',
          't1',
        ],
      ],
    },
  ],
  [
    cmdbContract,
    {
      putAsset: [
        [() => createCmdbClient(connection()).putAsset('t1', 'a/1', asset), 'PUT /v1/assets/a%2F1', 't1', asset],
      ],
      retireAsset: [
        [
          () => createCmdbClient(connection()).retireAsset('t1', 'a1', { reason: 'repository-gone' }),
          'POST /v1/assets/a1/retire',
          't1',
          { reason: 'repository-gone' },
        ],
      ],
      getAsset: [[() => createCmdbClient(connection()).getAsset('t1', 'a1'), 'GET /v1/assets/a1', 't1']],
      listAssets: [
        [
          () => createCmdbClient(connection()).listAssets('t1', { state: 'active', limit: 5 }),
          'GET /v1/assets?limit=5&state=active',
          't1',
        ],
      ],
      viewAsset: [
        [() => createCmdbClient(connection()).viewAsset('t1', 'u1', 'a/1'), 'GET /v1/assets/a%2F1/view', 't1', asUser],
      ],
      readFields: [[() => createCmdbClient(connection()).readFields('t1', 'a/1'), 'GET /v1/assets/a%2F1/fields', 't1']],
      createEnrichment: [
        [
          () => createCmdbClient(connection()).createEnrichment('t1', assetEnrichmentDraft),
          'POST /v1/enrichments',
          't1',
          assetEnrichmentDraft,
        ],
      ],
      listEnrichments: [
        [
          () => createCmdbClient(connection()).findEnrichmentByReference('t1', 'e1'),
          'GET /v1/enrichments?externalReference=e1',
          't1',
        ],
      ],
      listOpenAssets: [
        [() => createCmdbClient(connection()).listOpenAssets('t1', 50), 'GET /v1/open-assets?limit=50', 't1'],
      ],
      checkHealth: [[() => createCmdbClient(connection()).checkHealth('t1'), 'GET /v1/health', 't1']],
    },
  ],
  [
    defendContract,
    {
      putLoginAnomalies: [
        [
          () => createDefendClient(connection()).putLoginAnomalies('t1', 'a/1', unusualLogin),
          'PUT /v1/login-anomalies/a%2F1',
          't1',
          unusualLogin,
        ],
      ],
      putBehaviourScores: [
        [
          () => createDefendClient(connection()).putBehaviourScores('t1', [behaviourScore]),
          'POST /v1/behaviour-scores',
          't1',
          { scores: [behaviourScore] },
        ],
      ],
      sendAuditEvent: [
        [
          () => createDefendClient(connection()).sendAuditEvent('t1', auditEvent),
          'POST /v1/audit-events',
          't1',
          auditEvent,
        ],
      ],
      createInsiderSignal: [
        [
          () => createDefendClient(connection()).createInsiderSignal('t1', insiderSignal),
          'POST /v1/insider-signals',
          't1',
          insiderSignal,
        ],
      ],
      listInsiderSignals: [
        [
          () => createDefendClient(connection()).findInsiderSignal('t1', 's1'),
          'GET /v1/insider-signals?externalReference=s1',
          't1',
        ],
      ],
      viewDevice: [
        [() => createDefendClient(connection()).viewDevice('t1', 'u1', 'a/1'), 'GET /v1/devices/a%2F1', 't1', asUser],
      ],
      listDevicesOfAsset: [
        [
          () => createDefendClient(connection()).listDevicesOfAsset('t1', 'a/1'),
          'GET /v1/devices?assetReference=a%2F1',
          't1',
        ],
      ],
      viewDetection: [
        [
          () => createDefendClient(connection()).viewDetection('t1', 'u1', 'a/1'),
          'GET /v1/detections/a%2F1',
          't1',
          asUser,
        ],
      ],
      readInvestigation: [
        [() => createDefendClient(connection()).readInvestigation('t1', 'a/1'), 'GET /v1/investigations/a%2F1', 't1'],
      ],
      readNarrative: [
        [
          () => createDefendClient(connection()).readNarrative('t1', 'a/1'),
          'GET /v1/investigations/a%2F1/narrative',
          't1',
        ],
      ],
      putNarrative: [
        [
          () => createDefendClient(connection()).putNarrative('t1', 'a/1', narrative),
          'PUT /v1/investigations/a%2F1/narrative',
          't1',
          narrative,
        ],
      ],
      checkHealth: [[() => createDefendClient(connection()).checkHealth('t1'), 'GET /v1/health', 't1']],
    },
  ],
  [
    rmmContract,
    {
      readDevice: [
        [() => createRmmClient(connection()).readDevice('t1', 'u1', 'a/1'), 'GET /v1/devices/a%2F1', 't1', asUser],
      ],
      listDevicesOfAsset: [
        [
          () => createRmmClient(connection()).listDevicesOfAsset('t1', 'a/1'),
          'GET /v1/devices?assetReference=a%2F1',
          't1',
        ],
      ],
      checkHealth: [[() => createRmmClient(connection()).checkHealth('t1'), 'GET /v1/health', 't1']],
    },
  ],
  [
    booksContract,
    {
      readInvoice: [
        [() => createBooksClient(connection()).readInvoice('t1', 'u1', 'a/1'), 'GET /v1/invoices/a%2F1', 't1', asUser],
      ],
      checkHealth: [[() => createBooksClient(connection()).checkHealth('t1'), 'GET /v1/health', 't1']],
    },
  ],
  [
    voiceContract,
    {
      readRecording: [
        [() => createVoiceClient(connection()).readRecording('t1', 'a/1'), 'GET /v1/calls/a%2F1/recording', 't1'],
      ],
      readRecordingChunk: [
        [
          () => createVoiceClient(connection()).readRecordingChunk('t1', 'a/1', 12),
          'GET /v1/calls/a%2F1/recording/chunks/12',
          't1',
        ],
      ],
      listUntranscribed: [
        [
          () => createVoiceClient(connection()).listUntranscribed('t1', 'c/1'),
          'GET /v1/recordings/untranscribed?cursor=c%2F1',
          't1',
        ],
      ],
      readTranscription: [
        [
          () => createVoiceClient(connection()).readTranscription('t1', 'a/1'),
          'GET /v1/calls/a%2F1/transcription',
          't1',
        ],
      ],
      putTranscription: [
        [
          () => createVoiceClient(connection()).putTranscription('t1', 'a/1', transcription),
          'PUT /v1/calls/a%2F1/transcription',
          't1',
          transcription,
        ],
      ],
      readCall: [
        [
          () => createVoiceClient(connection()).readCall('t1', 'u1', 'a/1'),
          'GET /v1/calls/a%2F1?lines=200',
          't1',
          asUser,
        ],
      ],
      readTranscript: [
        [
          () => createVoiceClient(connection()).readTranscript('t1', 'a/1', 501),
          'GET /v1/calls/a%2F1/transcript?from=501',
          't1',
        ],
      ],
      readRecap: [[() => createVoiceClient(connection()).readRecap('t1', 'a/1'), 'GET /v1/calls/a%2F1/recap', 't1']],
      putRecap: [
        [() => createVoiceClient(connection()).putRecap('t1', 'a/1', recap), 'PUT /v1/calls/a%2F1/recap', 't1', recap],
      ],
      checkHealth: [[() => createVoiceClient(connection()).checkHealth('t1'), 'GET /v1/health', 't1']],
    },
  ],
  [
    peopleContract,
    {
      readProfile: [
        [() => createPeopleClient(connection()).readProfile('t1', 'u1', 'a/1'), 'GET /v1/profiles/a%2F1', 't1', asUser],
      ],
      readSignalAudience: [
        [
          () => createPeopleClient(connection()).readSignalAudience('t1', 'a/1'),
          'GET /v1/profiles/a%2F1/signal-audience',
          't1',
        ],
      ],
      checkHealth: [[() => createPeopleClient(connection()).checkHealth('t1'), 'GET /v1/health', 't1']],
    },
  ],
  [
    busContract,
    {
      publishEvent: [[() => createBusClient(connection()).publish(event), 'POST /v1/events', undefined, event]],
    },
  ],
]

describe.each(wires)('the wire to $name', ({ operations }, wire) => {
  it('is written down for each of its operations', () => {
    expect(Object.keys(wire).toSorted()).toEqual(Object.keys(operations).toSorted())
  })

  it.each(Object.entries(wire))('is what %s has always been', async (_, cases) => {
    for (const [ask, ...sent] of cases) expect(await sentBy(ask)).toEqual(sent)
  })

  it.each(Object.entries(wire))('has %s again when its answer was lost', async (_, cases) => {
    for (const [ask] of cases) {
      const before = server.requests.length
      await sentBy(ask)
      expect(server.requests.slice(before)).toHaveLength(2)
    }
  })
})

it('is written down for each peer', () => {
  expect(wires.map(([{ name }]) => name).toSorted()).toEqual(
    Object.values(peers)
      .map(({ name }) => name)
      .toSorted(),
  )
})

it('leads to each peer by settings and a port that no other has', () => {
  const own = Object.values(peers).flatMap(({ url, key, standIn }) => [url, key, standIn.port])
  expect(own).toHaveLength(new Set(own).size)
})
