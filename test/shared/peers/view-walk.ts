// The answers of all reads on behalf of a user, and of the products that are only read.
import type * as z from 'zod'
import { type BooksClient, createBooksClient } from '../../../shared/peers/books/client.ts'
import { BooksInvoice } from '../../../shared/peers/books/contract.ts'
import type { CmdbClient } from '../../../shared/peers/cmdb/client.ts'
import { CmdbAssetView } from '../../../shared/peers/cmdb/view-contract.ts'
import type { CrmClient } from '../../../shared/peers/crm/client.ts'
import { CrmCompanyView, CrmContactView } from '../../../shared/peers/crm/view-contract.ts'
import type { DefendClient } from '../../../shared/peers/defend/client.ts'
import {
  DefendDetectionView,
  DefendDeviceView,
  DefendDevicesOfAsset,
} from '../../../shared/peers/defend/view-contract.ts'
import { type PeopleClient, createPeopleClient } from '../../../shared/peers/people/client.ts'
import { PeopleProfile, PeopleSignalAudience } from '../../../shared/peers/people/contract.ts'
import type { PsaClient } from '../../../shared/peers/psa/client.ts'
import { PsaArticles } from '../../../shared/peers/psa/article-contract.ts'
import { PsaTicketView } from '../../../shared/peers/psa/view-contract.ts'
import { type RmmClient, createRmmClient } from '../../../shared/peers/rmm/client.ts'
import { RmmDevice, RmmDevicesOfAsset } from '../../../shared/peers/rmm/contract.ts'
import { NoSuchRecord, ReadableHealth, UserMayNotRead } from '../../../shared/peers/user-read/contract.ts'
import { type VoiceClient, createVoiceClient } from '../../../shared/peers/voice/client.ts'
import { VoiceCall } from '../../../shared/peers/voice/contract.ts'
import type { Answer, PeerWalk } from './peer-walk.ts'
import { recordingWalk, transcriptWalk } from './result-walk.ts'

const time = '2026-11-22T10:00:00.123Z'
const problem = { type: 'about:blank', title: 'None', status: 404, detail: 'There is none.' }

/** The two refusals of a read on behalf of a user. The type of the 403 is no enum of states: it tells this refusal from all others. */
const refusedReads = <Client>(ask: Answer<Client>['ask']): readonly Answer<Client>[] => [
  {
    status: 403,
    contract: UserMayNotRead.omit({ type: true }),
    body: { ...problem, status: 403, type: 'urn:theonestack:problem:user-may-not-read' },
    ask,
    needed: [],
  },
  { status: 404, contract: NoSuchRecord, body: problem, ask, needed: [] },
]

/** A record that a user reads, with the members of it that nobody can do without. */
const userRead = <Client>(
  contract: z.ZodType,
  body: object,
  needed: readonly string[],
  ask: Answer<Client>['ask'],
): readonly Answer<Client>[] => [
  { status: 200, contract, body, ask, needed, shows: { from: [], to: ['record'] } },
  ...refusedReads(ask),
]

const ticketView = {
  id: 'T1',
  title: 'Printer is down',
  status: 'open',
  priority: 'P2',
  board: 'service',
  company: { id: 'acme', name: 'Acme' },
  assignee: { name: 'Ann Lee' },
  description: 'It smokes.',
  recentNotes: [{ text: 'Unplugged', internal: true, createdAt: time, reference: 'n1' }],
  createdAt: time,
  updatedAt: time,
  url: 'https://psa.example/tickets/T1',
}

const dealings = {
  recentActivities: [{ at: time, kind: 'call', text: 'Asked', by: 'Mia' }],
  openOpportunities: [{ name: 'Migrate', value: { amountMinor: 1, currency: 'EUR' } }],
}
const companyView = {
  id: 'c1',
  name: 'Acme',
  ...dealings,
  url: 'https://crm.example/companies/c1',
  industry: 'Printing',
  website: 'https://acme.example',
  primaryContact: { name: 'Ann', email: 'ann@acme.example', phone: '1' },
}
const contactView = {
  id: 'p1',
  name: 'Ann',
  ...dealings,
  url: 'https://crm.example/contacts/p1',
  jobTitle: 'Head of IT',
  email: 'ann@acme.example',
  phone: '1',
  companyName: 'Acme',
}
const assetView = {
  externalReference: 'a1',
  name: 'fin-srv-02',
  type: 'server',
  state: 'active',
  clientName: 'Acme',
  attributes: [{ name: 'Rack', value: 'B4' }],
  relations: ['hosts shares'],
  updatedAt: time,
  url: 'https://cmdb.example/assets/a1',
}
const deviceView = {
  id: 'd1',
  hostname: 'fin-srv-02',
  assetReference: 'a1',
  clientName: 'Acme',
  operatingSystem: 'Windows',
  riskScore: 87,
  riskBasis: 'behaviour',
  isolated: true,
  agentVersion: '4.2',
  lastSeenAt: time,
  openDetections: [{ id: 'x1', title: 'Mass encryption', severity: 'critical', detectedAt: time }],
  url: 'https://defend.example/devices/d1',
}
const detectionView = {
  id: 'x1',
  title: 'Mass encryption',
  severity: 'critical',
  status: 'open',
  summary: 'It rewrites files.',
  clientName: 'Acme',
  device: { id: 'd1', hostname: 'fin-srv-02' },
  techniques: ['T1486'],
  remediation: ['Isolate it.'],
  detectedAt: time,
  url: 'https://defend.example/detections/x1',
}

type Views<Client, Name extends keyof Client> = Readonly<Record<Name, readonly Answer<Client>[]>>

const searchArticles = (psa: PsaClient): Promise<unknown> => psa.searchArticles('t1', 'u1', 'outlook')
const article = { id: 'kb-1', title: 'Outlook', text: 'Restart it.', updatedAt: time, url: 'https://psa.example/a/1' }
const articleSearch: readonly Answer<PsaClient>[] = [
  {
    status: 200,
    contract: PsaArticles,
    body: { articles: [article] },
    ask: searchArticles,
    needed: ['articles', ...['id', 'title', 'text', 'url'].map((name) => `articles[].${name}`)],
    shows: { from: ['articles'], to: ['record'] },
  },
  ...refusedReads(searchArticles),
]

/** What those products answer that are more than read. */
export const views: {
  readonly psa: Views<PsaClient, 'viewTicket' | 'searchArticles'>
  readonly crm: Views<CrmClient, 'viewCompany' | 'viewContact'>
  readonly cmdb: Views<CmdbClient, 'viewAsset'>
  readonly defend: Views<DefendClient, 'viewDevice' | 'viewDetection' | 'listDevicesOfAsset'>
} = {
  psa: {
    searchArticles: articleSearch,
    viewTicket: userRead(PsaTicketView, ticketView, ['id', 'title', 'status', 'url'], (psa) =>
      psa.viewTicket('t1', 'u1', 'T1'),
    ),
  },
  crm: {
    viewCompany: userRead(CrmCompanyView, companyView, ['id', 'name', 'url'], (crm) =>
      crm.viewCompany('t1', 'u1', 'c1'),
    ),
    viewContact: userRead(CrmContactView, contactView, ['id', 'name', 'url'], (crm) =>
      crm.viewContact('t1', 'u1', 'p1'),
    ),
  },
  cmdb: {
    viewAsset: userRead(CmdbAssetView, assetView, ['externalReference', 'name', 'state', 'url'], (cmdb) =>
      cmdb.viewAsset('t1', 'u1', 'a1'),
    ),
  },
  defend: {
    viewDevice: userRead(DefendDeviceView, deviceView, ['id', 'hostname', 'url'], (defend) =>
      defend.viewDevice('t1', 'u1', 'd1'),
    ),
    listDevicesOfAsset: [
      {
        status: 200,
        contract: DefendDevicesOfAsset,
        body: { devices: [deviceView] },
        ask: (defend) => defend.listDevicesOfAsset('t1', 'a1'),
        needed: ['devices', ...['id', 'hostname', 'assetReference', 'url'].map((name) => `devices[].${name}`)],
        shows: { from: ['devices'], to: [] },
      },
    ],
    viewDetection: userRead(DefendDetectionView, detectionView, ['id', 'title', 'severity', 'url'], (defend) =>
      defend.viewDetection('t1', 'u1', 'x1'),
    ),
  },
}

const checkHealth = <
  Client extends { readonly checkHealth: (tenantId: string) => Promise<unknown> },
>(): readonly Answer<Client>[] => [
  {
    status: 200,
    contract: ReadableHealth,
    body: { status: 'ok', version: '1' },
    ask: (client) => client.checkHealth('t1'),
    needed: ['status'],
    shows: { from: [], to: [] },
  },
]

const device = {
  id: 'd1',
  name: 'fin-srv-02',
  assetReference: 'a1',
  kind: 'server',
  clientName: 'Acme',
  operatingSystem: 'Windows',
  operatingSystemVersion: '24H2',
  manufacturer: 'Dell',
  model: 'R660',
  serialNumber: 'SN-1',
  processor: 'Xeon',
  memoryGb: 64,
  disks: [{ name: 'C:', sizeGb: 480, freeGb: 12.5 }],
  lastUser: 'ann',
  online: true,
  lastSeenAt: time,
  patches: { status: 'missing', checkedAt: time, needsRestart: true, missing: [{ title: 'KB1', severity: 'low' }] },
  changes: [{ at: time, title: 'KB2 installed' }],
  url: 'https://rmm.example/devices/d1',
}
const invoice = {
  id: 'i1',
  number: '2026-1',
  status: 'open',
  clientName: 'Acme',
  currency: 'EUR',
  total: 100,
  paid: 1,
  issuedOn: '2026-10-01',
  dueOn: '2026-10-31',
  lineItems: [{ description: 'Hours', quantity: 1, amount: 100 }],
  url: 'https://books.example/invoices/i1',
}
const call = {
  id: 'c1',
  state: 'ended',
  direction: 'inbound',
  clientName: 'Acme',
  participants: [{ name: 'Ann', number: '1' }],
  startedAt: time,
  endedAt: time,
  transcript: [{ at: time, speaker: 'Ann', text: 'Hello' }],
  earlierLines: 3,
  url: 'https://voice.example/calls/c1',
}
const profile = {
  id: 'u1',
  name: 'Mia',
  jobTitle: 'Technician',
  department: 'Service',
  managerId: 'u2',
  managerName: 'Adam',
  startedOn: '2021-04-01',
  workDna: {
    strengths: ['Calm'],
    workingStyle: 'Alone',
    communication: 'Short',
    focusHours: 'Mornings',
    worksOftenWith: ['Noah'],
  },
  url: 'https://people.example/profiles/u1',
}

/** Of the products that are only read. */
export const readableWalks: {
  readonly rmm: PeerWalk<RmmClient>
  readonly books: PeerWalk<BooksClient>
  readonly voice: PeerWalk<VoiceClient>
  readonly people: PeerWalk<PeopleClient>
} = {
  rmm: {
    peer: 'rmm',
    connect: createRmmClient,
    answers: {
      listDevicesOfAsset: [
        {
          status: 200,
          contract: RmmDevicesOfAsset,
          body: { devices: [device] },
          ask: (rmm) => rmm.listDevicesOfAsset('t1', 'a1'),
          needed: ['devices', ...['id', 'name', 'assetReference', 'url'].map((name) => `devices[].${name}`)],
          shows: { from: ['devices'], to: [] },
        },
      ],
      readDevice: userRead(RmmDevice, device, ['id', 'name', 'url'], (rmm) => rmm.readDevice('t1', 'u1', 'd1')),
      checkHealth: checkHealth(),
    },
  },
  books: {
    peer: 'books',
    connect: createBooksClient,
    answers: {
      readInvoice: userRead(BooksInvoice, invoice, ['id', 'number', 'currency', 'total', 'dueOn', 'url'], (books) =>
        books.readInvoice('t1', 'u1', 'i1'),
      ),
      checkHealth: checkHealth(),
    },
  },
  voice: {
    peer: 'voice',
    connect: createVoiceClient,
    answers: {
      readCall: userRead(
        VoiceCall,
        call,
        ['id', 'state', 'transcript', 'transcript[].at', 'transcript[].speaker', 'transcript[].text', 'url'],
        (voice) => voice.readCall('t1', 'u1', 'c1'),
      ),
      ...transcriptWalk,
      ...recordingWalk,
      checkHealth: checkHealth(),
    },
  },
  people: {
    peer: 'people',
    connect: createPeopleClient,
    answers: {
      readSignalAudience: [
        {
          status: 200,
          contract: PeopleSignalAudience,
          body: { profileId: 'u1', userIds: ['u2'] },
          ask: (people) => people.readSignalAudience('t1', 'u1'),
          needed: ['profileId', 'userIds'],
          shows: { from: ['userIds'], to: [] },
        },
        {
          status: 404,
          contract: NoSuchRecord,
          body: { type: 'about:blank', title: 'None', status: 404, detail: 'There is none.' },
          ask: (people) => people.readSignalAudience('t1', 'u1'),
          needed: [],
        },
      ],
      readProfile: userRead(PeopleProfile, profile, ['id', 'name', 'url'], (people) =>
        people.readProfile('t1', 'u1', 'u1'),
      ),
      checkHealth: checkHealth(),
    },
  },
}
