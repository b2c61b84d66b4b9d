// Records of the products that the suite only reads, of the demo client: one server that is being encrypted, and who is concerned by it.
import type { DemoRecord } from './demo-record.ts'
import { demoArticles } from './demo-articles.ts'
import { demoRecording } from './demo-recording.ts'
import { demoInvestigation } from './demo-investigation.ts'
import { minutesBefore } from './minutes-before.ts'

const server = { hostname: 'fin-srv-02', operatingSystem: 'Windows Server 2025' } as const
const client = { clientId: 'client-fabrikam', clientName: 'Fabrikam' } as const

/** Each as of now, so that the demo is never old. */
export const demoRecords = (now: Date): readonly DemoRecord[] => [
  ...managed(now),
  ...attacked(now),
  ...dealings(now),
  ...calls(now),
  ...demoArticles(now),
  demoRecording(now),
  ...people(),
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
      kind: 'contact',
      id: 'contact-ines',
      clientId: 'crm-fabrikam',
      record: { ...ines, jobTitle: 'Head of finance', companyName: clientName, ...shared },
    },
    {
      peer: 'books',
      kind: 'invoice',
      id: 'invoice-0117',
      clientId: client.clientId,
      record: {
        number: '2026-0117',
        status: 'open',
        clientName,
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
    },
  ]
}

const calls = (now: Date): readonly DemoRecord[] => {
  const { clientId, clientName } = client
  return [
    {
      peer: 'voice',
      kind: 'call',
      id: 'call-0007',
      clientId,
      record: {
        state: 'in_progress',
        direction: 'inbound',
        clientName,
        participants: [{ name: 'Ines Okoro', number: '+49 30 5550 142' }, { name: 'Mia Torres' }],
        startedAt: minutesBefore(now, 4),
        endedAt: null,
        transcript: [
          { at: minutesBefore(now, 4), speaker: 'Ines Okoro', text: 'Nobody in finance can open their files.' },
          { at: minutesBefore(now, 3), speaker: 'Mia Torres', text: 'Since when, and on which server are they?' },
          { at: minutesBefore(now, 2), speaker: 'Ines Okoro', text: 'For half an hour, all on fin-srv-02.' },
        ],
        earlierLines: 0,
      },
    },
    {
      peer: 'voice',
      kind: 'call',
      id: 'call-0008',
      clientId,
      record: {
        state: 'ended',
        direction: 'inbound',
        clientName,
        participants: [{ name: 'Ines Okoro' }, { name: 'Mia Torres' }],
        startedAt: minutesBefore(now, 90),
        endedAt: minutesBefore(now, 84),
        transcript: [
          {
            at: minutesBefore(now, 90),
            speaker: 'Ines Okoro',
            text: 'The backup of the finance shares failed last night.',
          },
          {
            at: minutesBefore(now, 89),
            speaker: 'Mia Torres',
            text: 'The disk of fab-bak-01 is full, I have just made room.',
          },
          {
            at: minutesBefore(now, 88),
            speaker: 'Mia Torres',
            text: "I'll check the next backup and call you by tomorrow.",
          },
        ],
        earlierLines: 0,
      },
    },
  ]
}

const people = (): readonly DemoRecord[] => [
  {
    peer: 'people',
    kind: 'profile',
    id: 'user-northwind-member',
    clientId: null,
    record: {
      name: 'Mia Torres',
      jobTitle: 'Senior technician',
      department: 'Service desk',
      managerId: 'user-northwind-admin',
      managerName: 'Adam Sato',
      startedOn: '2021-04-01',
      workDna: {
        strengths: ['Calm with customers', 'Finds causes quickly'],
        workingStyle: 'One thing after the other',
        communication: 'Short messages, calls for what is urgent',
        focusHours: '09:00 to 11:00',
        worksOftenWith: ['Noah Okafor', 'Adam Sato'],
      },
    },
  },
  {
    peer: 'people',
    kind: 'profile',
    id: 'user-northwind-admin',
    clientId: null,
    record: {
      name: 'Adam Sato',
      jobTitle: 'Head of service',
      workDna: { strengths: ['Decides quickly'], worksOftenWith: ['Mia Torres'] },
    },
  },
  {
    peer: 'people',
    kind: 'profile',
    id: 'user-northwind-viewer',
    clientId: null,
    record: {
      name: 'Victor Lindqvist',
      jobTitle: 'Trainee',
      department: 'Service desk',
      managerId: 'user-northwind-member',
      managerName: 'Mia Torres',
      startedOn: '2025-09-01',
      workDna: { strengths: ['Asks early'], focusHours: '08:00 to 10:00', worksOftenWith: ['Mia Torres'] },
    },
  },
]
