// An example of each kind of record that can be read as context, and of what is told of it.
import { expect } from 'vitest'
import type { referenceKinds } from '../../../shared/context/reference.ts'
import { createPsaClient } from '../../../shared/peers/psa/client.ts'

type Product = keyof typeof referenceKinds

export type Example = {
  readonly product: Product
  readonly kind: string
  /** As it is called for a person. */
  readonly name: string
  /** Of the contract: what faults are set for. */
  readonly operation: string
  /** What is put into the stand-in, for the client `acme`. */
  readonly record: Readonly<Record<string, unknown>>
  /** The same with far too much text. */
  readonly huge: Readonly<Record<string, unknown>>
  /** With `<id>` in place of the id that the stand-in gave. */
  readonly title: string
  readonly facts: readonly (readonly [id: string, label: string, text: string])[]
  /** Facts that are another time each time. */
  readonly varying: readonly string[]
  readonly refusedTo: readonly string[]
  /** Where the control API has it. */
  readonly controlPath: string
}

type Place = {
  readonly tenantId: string
  readonly url: string
  readonly key: string
  readonly control: (method: string, path: string, body?: unknown) => Promise<Response>
}

/** @returns the id that the record has in the product */
export const putExample = async (
  { product, kind, record, controlPath }: Example,
  { tenantId, url, key, control }: Place,
): Promise<string> => {
  if (product === 'psa') return putTicket(record, { tenantId, url, key, control })
  const id = `${kind}-1`
  await control('PUT', `${controlPath}/${id}`, { clientId: 'acme', record })
  return id
}

const putTicket = async (record: Example['record'], { tenantId, url, key, control }: Place): Promise<string> => {
  await control('PUT', 'companies', { companyIds: ['acme'], names: { acme: 'Acme' } })
  const psa = createPsaClient({ baseUrl: url, key: () => key })
  const { ticket, outcome } = await psa.createTicket(tenantId, {
    externalReference: 'r1',
    title: 'Printer is down',
    description: String(record['description']),
    priority: 'P2',
    board: 'service',
    companyId: 'acme',
    source: 'the-one-code',
    links: [],
    relatedTicketIds: [],
  })
  expect(outcome).toBe('created')
  for (const [index, text] of (record['notes'] as string[]).entries())
    await psa.addNote(tenantId, ticket.id, { reference: `n${index}`, text, internal: index > 0 })
  return ticket.id
}

const words = (word: string, length: number): string => `${word} `.repeat(length / word.length).slice(0, length)
const manyOf = <Item>(length: number, item: Item): readonly Item[] => Array.from({ length }, () => item)

const time = '2026-11-22T10:00:00.000Z'
const everybody = ['nobody'] as const
const notViewers = ['nobody', 'viewer'] as const

const device = {
  name: 'fin-srv-02',
  kind: 'server',
  clientName: 'Acme',
  operatingSystem: 'Windows Server 2025',
  manufacturer: 'Dell',
  model: 'R660',
  serialNumber: 'SN-1',
  processor: 'Xeon',
  memoryGb: 64,
  disks: [{ name: 'C:', sizeGb: 480, freeGb: 12.5 }],
  changes: [{ at: time, title: 'KB5002 installed' }],
  lastUser: 'ann',
  online: true,
  lastSeenAt: time,
  patches: {
    status: 'missing',
    checkedAt: time,
    needsRestart: false,
    missing: [{ title: 'KB5001', severity: 'critical' }],
  },
}
const invoice = {
  number: '2026-0117',
  status: 'overdue',
  clientName: 'Acme',
  currency: 'EUR',
  total: 123_450,
  paid: 0,
  issuedOn: '2026-10-01',
  dueOn: '2026-10-31',
  lineItems: [
    { description: 'Managed services', quantity: 3, amount: 124_450 },
    { description: 'Discount', amount: -1_000 },
  ],
}
const call = {
  state: 'in_progress',
  direction: 'inbound',
  clientName: 'Acme',
  participants: [{ name: 'Ann', number: '+491234' }, { name: 'Mia' }],
  startedAt: time,
  endedAt: null,
  transcript: [
    { at: time, speaker: 'Ann', text: 'The printer smokes.' },
    { at: time, speaker: 'Mia', text: 'Unplug it.' },
  ],
  earlierLines: 0,
}
const dealings = {
  recentActivities: [{ at: time, kind: 'call', text: 'Asked for a quote', by: 'Mia' }],
  openOpportunities: [{ name: 'Migrate', value: { amountMinor: 1_250_050, currency: 'EUR' } }],
}
const factsOfDealings = [
  ['opportunity-1', 'Open opportunity', 'Migrate, 12,500.50 EUR'],
  ['activity-1', `Activity of ${time} (call)`, 'Asked for a quote, Mia'],
] as const
const company = {
  name: 'Acme',
  industry: 'Printing',
  website: 'https://acme.example',
  primaryContact: { name: 'Ann Lee', email: 'ann@acme.example', phone: '+491234' },
  ...dealings,
}
const contact = {
  name: 'Ann Lee',
  jobTitle: 'Head of IT',
  email: 'ann@acme.example',
  phone: '+491234',
  companyName: 'Acme',
  ...dealings,
}
const asset = {
  name: 'fin-srv-02',
  type: 'server',
  state: 'active',
  clientName: 'Acme',
  attributes: [{ name: 'Rack', value: 'B4' }],
  relations: ['hosts the finance shares'],
  updatedAt: time,
}
const watched = {
  hostname: 'fin-srv-02',
  clientName: 'Acme',
  operatingSystem: 'Windows Server 2025',
  riskScore: 87,
  riskBasis: 'behaviour',
  isolated: true,
  agentVersion: '4.2',
  lastSeenAt: time,
  openDetections: [{ id: 'd1', title: 'Mass encryption', severity: 'critical', detectedAt: time }],
}
const detection = {
  title: 'Mass encryption',
  severity: 'critical',
  status: 'open',
  summary: 'update.exe rewrites files.',
  clientName: 'Acme',
  device: { id: 'device-1', hostname: 'fin-srv-02' },
  techniques: ['T1486 Data Encrypted for Impact'],
  remediation: ['Isolate it.'],
  detectedAt: time,
}
const profile = {
  name: 'Mia Torres',
  jobTitle: 'Technician',
  department: 'Service',
  managerName: 'Adam Sato',
  startedOn: '2021-04-01',
  workDna: {
    strengths: ['Calm with customers'],
    workingStyle: 'One thing after the other',
    communication: 'Short messages',
    focusHours: '09:00 to 11:00',
    worksOftenWith: ['Noah', 'Adam'],
  },
}

export const examples: readonly Example[] = [
  {
    product: 'psa',
    kind: 'ticket',
    name: 'PSA ticket',
    operation: 'viewTicket',
    record: { description: 'It smokes.', notes: ['Unplugged.'] },
    huge: { description: words('smoke', 20_000), notes: [words('ash', 9_000)] },
    title: '<id>: Printer is down',
    facts: [
      ['title', 'Title', 'Printer is down'],
      ['status', 'Status', 'new'],
      ['priority', 'Priority', 'P2'],
      ['board', 'Board', 'service'],
      ['company', 'Company', 'Acme'],
      ['technician', 'Assigned technician', 'nobody'],
      ['description', 'Description', 'It smokes.'],
    ],
    varying: ['opened', 'updated', 'note-1'],
    refusedTo: everybody,
    controlPath: 'tickets',
  },
  {
    product: 'crm',
    kind: 'company',
    name: 'CRM company',
    operation: 'viewCompany',
    record: company,
    huge: { ...company, recentActivities: manyOf(20, { at: time, kind: 'note', text: words('blah', 20_000) }) },
    title: 'Acme',
    facts: [
      ['name', 'Company', 'Acme'],
      ['industry', 'Industry', 'Printing'],
      ['website', 'Website', 'https://acme.example'],
      ['contact', 'Primary contact', 'Ann Lee, ann@acme.example, +491234'],
      ...factsOfDealings,
    ],
    varying: [],
    refusedTo: everybody,
    controlPath: 'records/company',
  },
  {
    product: 'crm',
    kind: 'contact',
    name: 'CRM contact',
    operation: 'viewContact',
    record: contact,
    huge: { ...contact, recentActivities: manyOf(20, { at: time, kind: 'note', text: words('blah', 20_000) }) },
    title: 'Ann Lee',
    facts: [
      ['name', 'Contact', 'Ann Lee'],
      ['job-title', 'Job title', 'Head of IT'],
      ['company', 'Company', 'Acme'],
      ['email', 'Email', 'ann@acme.example'],
      ['phone', 'Phone', '+491234'],
      ...factsOfDealings,
    ],
    varying: [],
    refusedTo: everybody,
    controlPath: 'records/contact',
  },
  {
    product: 'rmm',
    kind: 'device',
    name: 'RMM device',
    operation: 'readDevice',
    record: device,
    huge: {
      ...device,
      patches: { ...device.patches, missing: manyOf(200, { title: words('KB', 4_500), severity: 'low' }) },
    },
    title: 'fin-srv-02',
    facts: [
      ['name', 'Device', 'fin-srv-02'],
      ['kind', 'Kind', 'server'],
      ['client', 'Client', 'Acme'],
      ['online', 'Online', 'yes'],
      ['last-seen', 'Last seen', time],
      ['last-user', 'Last user', 'ann'],
      ['change-1', `Change of ${time}`, 'KB5002 installed'],
      ['patches', 'Patch status', 'patches are missing'],
      ['patches-checked', 'Patches checked', time],
      ['restart', 'Needs a restart', 'no'],
      ['patch-1', 'Missing patch (critical)', 'KB5001'],
      ['operating-system', 'Operating system', 'Windows Server 2025'],
      ['model', 'Model', 'Dell R660'],
      ['serial-number', 'Serial number', 'SN-1'],
      ['processor', 'Processor', 'Xeon'],
      ['memory', 'Memory in GB', '64'],
      ['disk-1', 'Disk', 'C:: 12.5 GB of 480 GB are free'],
    ],
    varying: [],
    refusedTo: everybody,
    controlPath: 'records/device',
  },
  {
    product: 'books',
    kind: 'invoice',
    name: 'Books invoice',
    operation: 'readInvoice',
    record: invoice,
    huge: { ...invoice, lineItems: manyOf(500, { description: 'Hours', amount: 1 }) },
    title: 'Invoice 2026-0117',
    facts: [
      ['number', 'Number', '2026-0117'],
      ['status', 'Status', 'overdue'],
      ['client', 'Client', 'Acme'],
      ['amount', 'Amount', '1,234.50 EUR'],
      ['paid', 'Paid so far', '0.00 EUR'],
      ['issued', 'Issued on', '2026-10-01'],
      ['due', 'Due on', '2026-10-31'],
      ['line-1', 'Line item', 'Managed services, quantity 3, 1,244.50 EUR'],
      ['line-2', 'Line item', 'Discount, -10.00 EUR'],
    ],
    varying: [],
    refusedTo: notViewers,
    controlPath: 'records/invoice',
  },
  {
    product: 'voice',
    kind: 'call',
    name: 'Voice call',
    operation: 'readCall',
    record: call,
    huge: { ...call, transcript: manyOf(200, { at: time, speaker: 'Ann', text: words('blah', 1_000) }) },
    title: 'Call <id>',
    facts: [
      ['state', 'State', 'in progress: the transcript still grows'],
      ['direction', 'Direction', 'inbound'],
      ['client', 'Client', 'Acme'],
      ['participants', 'Participants', 'Ann, Mia'],
      ['started', 'Started', time],
      ['said-1', `Said at ${time}`, 'Ann: The printer smokes.'],
      ['said-2', `Said at ${time}`, 'Mia: Unplug it.'],
    ],
    varying: [],
    refusedTo: notViewers,
    controlPath: 'records/call',
  },
  {
    product: 'cmdb',
    kind: 'asset',
    name: 'CMDB asset',
    operation: 'viewAsset',
    record: asset,
    huge: { ...asset, attributes: manyOf(100, { name: 'Text', value: words('blah', 9_000) }) },
    title: 'fin-srv-02',
    facts: [
      ['name', 'Asset', 'fin-srv-02'],
      ['type', 'Type', 'server'],
      ['state', 'State', 'active'],
      ['client', 'Client', 'Acme'],
      ['updated', 'Last changed', time],
      ['relation-1', 'Relation', 'hosts the finance shares'],
      ['attribute-1', 'Attribute', 'Rack: B4'],
    ],
    varying: [],
    refusedTo: everybody,
    controlPath: 'records/asset',
  },
  {
    product: 'defend',
    kind: 'device',
    name: 'Defend device',
    operation: 'viewDevice',
    record: watched,
    huge: {
      ...watched,
      openDetections: manyOf(50, { id: 'd1', title: words('blah', 9_000), severity: 'low', detectedAt: time }),
    },
    title: 'fin-srv-02',
    facts: [
      ['hostname', 'Host name', 'fin-srv-02'],
      ['client', 'Client', 'Acme'],
      ['operating-system', 'Operating system', 'Windows Server 2025'],
      ['risk', 'Risk score from 0 to 100', '87'],
      ['isolated', 'Cut off from the network', 'yes'],
      ['agent', 'Version of the agent', '4.2'],
      ['last-seen', 'Last seen', time],
      ['detection-1', `Open detection of ${time} (critical)`, 'Mass encryption, d1'],
    ],
    varying: [],
    refusedTo: everybody,
    controlPath: 'records/device',
  },
  {
    product: 'defend',
    kind: 'detection',
    name: 'Defend detection',
    operation: 'viewDetection',
    record: detection,
    huge: { ...detection, summary: words('blah', 400_000) },
    title: 'Mass encryption',
    facts: [
      ['title', 'Detection', 'Mass encryption'],
      ['severity', 'Severity', 'critical'],
      ['status', 'Status', 'open'],
      ['client', 'Client', 'Acme'],
      ['device', 'Device', 'fin-srv-02, device-1'],
      ['detected', 'Detected', time],
      ['summary', 'Summary', 'update.exe rewrites files.'],
      ['technique-1', 'Technique of MITRE ATT&CK', 'T1486 Data Encrypted for Impact'],
      ['step-1', 'Recommended step', 'Isolate it.'],
    ],
    varying: [],
    refusedTo: notViewers,
    controlPath: 'records/detection',
  },
  {
    product: 'people',
    kind: 'profile',
    name: 'People profile',
    operation: 'readProfile',
    record: profile,
    huge: { ...profile, workDna: { ...profile.workDna, workingStyle: words('blah', 90_000) } },
    title: 'Mia Torres',
    facts: [
      ['name', 'Name', 'Mia Torres'],
      ['job-title', 'Job title', 'Technician'],
      ['department', 'Department', 'Service'],
      ['manager', 'Manager', 'Adam Sato'],
      ['started', 'Started on', '2021-04-01'],
      ['style', 'Working style', 'One thing after the other'],
      ['communication', 'Communication', 'Short messages'],
      ['focus', 'Focus hours', '09:00 to 11:00'],
      ['works-with', 'Often works with', 'Noah, Adam'],
      ['strength-1', 'Strength', 'Calm with customers'],
    ],
    varying: [],
    refusedTo: ['nobody', 'viewer', 'member'],
    controlPath: 'records/profile',
  },
]
