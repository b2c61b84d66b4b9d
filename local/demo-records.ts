// Records of the products that the suite only reads, of the demo client: one server that is being encrypted, and who is concerned by it.
import type { DemoRecord } from './demo-record.ts'
import { demoArticles } from './demo-articles.ts'
import { demoCalls } from './demo-calls.ts'
import { demoRecording } from './demo-recording.ts'
import { demoInvestigation } from './demo-investigation.ts'
import { demoPeople } from './demo-people.ts'
import { minutesBefore } from './minutes-before.ts'

const server = { hostname: 'fin-srv-02', operatingSystem: 'Windows Server 2025' } as const
const client = { clientId: 'client-fabrikam', clientName: 'Fabrikam' } as const

/** Each as of now, so that the demo is never old. */
export const demoRecords = (now: Date): readonly DemoRecord[] => [
  ...managed(now),
  ...attacked(now),
  ...dealings(now),
  ...demoCalls(client, now),
  ...demoArticles(now),
  demoRecording(now),
  ...demoPeople,
]

const managed = (now: Date): readonly DemoRecord[] => {
  const { clientId, clientName } = client
  return [
    {
      peer: 'rmm',
      kind: 'device',
      id: 'device-0042',
      clientId,
      record: {
        name: server.hostname,
        assetReference: 'asset-fin-srv-02',
        kind: 'server',
        clientName,
        operatingSystem: server.operatingSystem,
        manufacturer: 'Dell',
        model: 'PowerEdge R660',
        serialNumber: 'SN-4471',
        processor: 'Xeon Gold 6430',
        memoryGb: 128,
        disks: [{ name: 'C', sizeGb: 480, freeGb: 21.4 }],
        changes: [
          { at: minutesBefore(now, 190), title: 'Backup agent updated from 7.1 to 7.2' },
          { at: minutesBefore(now, 1_500), title: 'KB5061035 installed' },
        ],
        lastUser: 'svc-backup',
        online: true,
        lastSeenAt: minutesBefore(now, 1),
        patches: {
          status: 'missing',
          checkedAt: minutesBefore(now, 300),
          needsRestart: true,
          missing: [{ title: 'KB5062553 cumulative update', severity: 'critical' }],
        },
      },
    },
    {
      peer: 'cmdb',
      kind: 'asset',
      id: 'asset-fin-srv-02',
      clientId: 'cmdb-fabrikam',
      record: {
        name: server.hostname,
        type: 'server',
        state: 'active',
        clientName,
        attributes: [
          { name: 'Location', value: 'Rack B4' },
          { name: 'Backup', value: 'nightly, kept for 30 days' },
        ],
        relations: ['hosts the shares of the finance department', 'is backed up to fab-bak-01'],
        updatedAt: minutesBefore(now, 10_000),
      },
    },
  ]
}

const attacked = (now: Date): readonly DemoRecord[] => {
  const { clientId, clientName } = client
  const detectedAt = minutesBefore(now, 34)
  const title = 'Mass encryption of files'
  return [
    {
      peer: 'defend',
      kind: 'device',
      id: 'device-0042',
      clientId,
      record: {
        ...server,
        assetReference: 'asset-fin-srv-02',
        clientName,
        riskScore: 94,
        isolated: false,
        agentVersion: '4.2.1',
        lastSeenAt: minutesBefore(now, 1),
        openDetections: [{ id: 'detection-0001', title, severity: 'critical', detectedAt }],
      },
    },
    {
      peer: 'defend',
      kind: 'detection',
      id: 'detection-0001',
      clientId,
      record: {
        title,
        severity: 'critical',
        status: 'open',
        summary: 'update.exe renames and rewrites files in the shares of the finance department.',
        clientName,
        device: { id: 'device-0042', hostname: server.hostname },
        techniques: ['T1486 Data Encrypted for Impact'],
        remediation: ['Isolate fin-srv-02.', 'Disable the account that runs update.exe.', 'Restore the shares.'],
        detectedAt,
      },
    },
    demoInvestigation(clientId, server.hostname, now),
  ]
}

const dealings = (now: Date): readonly DemoRecord[] => {
  const { clientName } = client
  const shared = {
    recentActivities: [
      {
        at: minutesBefore(now, 2_000),
        kind: 'meeting',
        text: 'Review of the quarter: they want better backups.',
        by: 'Mia Torres',
      },
    ],
    openOpportunities: [{ name: 'Backup of all servers', value: { amountMinor: 1_840_000, currency: 'EUR' } }],
  }
  const ines = { name: 'Ines Okoro', email: 'ines@fabrikam.example', phone: '+49 30 5550 142' }
  return [
    {
      peer: 'crm',
      kind: 'company',
      id: 'crm-fabrikam',
      clientId: 'crm-fabrikam',
      record: {
        name: clientName,
        industry: 'Furniture',
        website: 'https://fabrikam.example',
        primaryContact: ines,
        ...shared,
      },
    },
    {
      peer: 'crm',
      kind: 'company',
      id: 'company-fabrikam',
      clientId: 'crm-fabrikam',
      record: { name: clientName, website: 'https://www.fabrikam-demo.com', primaryContact: null, ...shared },
    },
    {
      peer: 'crm',
      kind: 'contact',
      id: 'contact-ines',
      clientId: 'crm-fabrikam',
      record: { ...ines, jobTitle: 'Head of finance', companyName: clientName, ...shared },
    },
    demoInvoice(now),
  ]
}

const demoInvoice = (now: Date): DemoRecord => ({
  peer: 'books',
  kind: 'invoice',
  id: 'invoice-0117',
  clientId: client.clientId,
  record: {
    number: '2026-0117',
    status: 'open',
    clientName: client.clientName,
    currency: 'EUR',
    total: 428_400,
    paid: 0,
    issuedOn: minutesBefore(now, 14_400).slice(0, 10),
    dueOn: minutesBefore(now, -14_400).slice(0, 10),
    lineItems: [
      { description: 'Managed workstations', quantity: 42, amount: 378_000 },
      { description: 'Managed servers', quantity: 4, amount: 50_400 },
    ],
  },
})
