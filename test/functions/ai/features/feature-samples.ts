// An input for each feature that answers by rule, as its product sends it.

const closed = [
  [
    'c1',
    'Outlook asks for the password again and again',
    'Email',
    'P3',
    'Removed the stored credentials and signed in again.',
  ],
  ['c2', 'Outlook does not open after the update', 'Email', 'P3', 'Repaired Office and made a new Outlook profile.'],
  ['c3', 'Mailbox full, Outlook cannot send mail', 'Email', 'P3', 'Moved old mail to the archive mailbox.'],
  ['c4', 'Outlook search finds no mail of last week', 'Email', 'P4', 'Rebuilt the index of Outlook.'],
  ['c5', 'Shared mailbox missing in Outlook', 'Email', 'P4', 'Granted access and added the mailbox again.'],
  ['c6', 'Printer on the second floor prints blank pages', 'Printing', 'P4', 'Replaced the toner.'],
  ['c7', 'Printer queue is stuck, nothing prints', 'Printing', 'P3', 'Restarted the print spooler.'],
  ['c8', 'New printer does not print from the laptop', 'Printing', 'P4', 'Installed the driver of the printer.'],
  [
    'c9',
    'Paper jam message on the printer although there is no paper',
    'Printing',
    'P4',
    'Cleaned the sensor of the printer.',
  ],
  ['c10', 'Printer offline since the network change', 'Printing', 'P3', 'Gave the printer its address again.'],
  ['c11', 'VPN drops every ten minutes at home', 'Network', 'P3', 'Updated the VPN client.'],
  ['c12', 'VPN login is refused since the new phone', 'Network', 'P3', 'Registered the authenticator anew.'],
  ['c13', 'Wi-Fi in the meeting room is slow', 'Network', 'P4', 'Moved the access point to another channel.'],
  ['c14', 'VPN connects but no network drive is there', 'Network', 'P3', 'Corrected the route of the VPN.'],
  ['c15', 'No internet at the branch, the router blinks red', 'Network', 'P2', 'Replaced the router.'],
] as const

const line = (id: string, product: string, quantity: string, unitPrice: string, amount: string) => ({
  id,
  product,
  quantity,
  unitPrice,
  amount,
})

export const samples = {
  'ticket-suggest': {
    ticket: {
      title: 'Outlook wants the password again all the time',
      text: 'Since this morning Outlook asks for the password.',
    },
    categories: ['Email', 'Printing', 'Network'],
    priorities: ['P1', 'P2', 'P3', 'P4'],
    closedTickets: closed.map(([id, title, category, priority, resolution]) => ({
      id,
      title,
      category,
      priority,
      resolution,
    })),
  },
  'call-recap': {
    call: { id: 'call-1', startedAt: '2026-11-27T09:00:00Z', subject: 'Server at the branch' },
    segments: [
      { id: 's1', at: 0, speaker: 'Dana Okafor', text: 'Hi, this is Dana from the help desk. How can I help?' },
      {
        id: 's2',
        at: 6,
        speaker: 'Luis Moreno',
        text: 'The file server at the branch is down since 07:40. Nobody can open the order files.',
      },
      {
        id: 's3',
        at: 15,
        speaker: 'Dana Okafor',
        text: 'I see it. The disk of FS-02 is full because the backup wrote its logs there.',
      },
      {
        id: 's4',
        at: 31,
        speaker: 'Dana Okafor',
        text: "I have deleted 40 GB of old logs and restarted the server. I'll move the backup logs to another disk by Friday.",
      },
      { id: 's5', at: 44, speaker: 'Luis Moreno', text: 'Great. Could you send me a report by the end of the week?' },
      { id: 's6', at: 50, speaker: 'Dana Okafor', text: 'Sure. Please call me if it happens again. Thank you, bye.' },
    ],
  },
  'reply-suggest': {
    call: { id: 'call-2' },
    lines: [
      { id: 'l-7', speaker: 'Luis Moreno', text: 'Outlook asks for the password again and again since this morning.' },
      { id: 'l-8', speaker: 'Dana Okafor', text: 'Did you change your password yesterday?' },
      { id: 'l-9', speaker: 'Luis Moreno', text: 'Yes, I had to, it was expired.' },
    ],
    articles: [
      {
        id: 'kb-12',
        title: 'Outlook asks for the password',
        text: 'After a new password Outlook keeps the old one. Remove the stored credentials and sign in again. Restart Outlook then.',
      },
    ],
  },
  'billing-explanation': {
    client: { name: 'Northwind' },
    currency: 'EUR',
    invoice: {
      id: 'inv-11',
      period: '2026-11',
      lines: [
        line('l1', 'Managed workstation', '25', '42.50', '1062.50'),
        line('l2', 'Backup', '3', '15.00', '50.00'),
        line('l3', 'Email security', '25', '1.75', '43.75'),
      ],
      total: '1156.25',
    },
    previous: {
      id: 'inv-10',
      period: '2026-10',
      lines: [
        line('k1', 'Managed workstation', '22', '42.50', '935.00'),
        line('k2', 'Backup', '3', '15.00', '45.00'),
        line('k3', 'Office phone', '2', '9.90', '19.80'),
      ],
      total: '999.80',
    },
  },
  'attack-narrative': {
    investigation: { id: 'inv-7', title: 'Macro on FIN-01' },
    events: [
      {
        id: 'e3',
        at: '2026-11-27T09:12:10Z',
        kind: 'logon',
        device: 'SRV-02',
        user: 'NORTHWIND\\alice',
        fromDevice: 'FIN-01',
        technique: { id: 'T1021.001', name: 'Remote Desktop Protocol' },
      },
      {
        id: 'e1',
        at: '2026-11-27T09:02:00Z',
        kind: 'process-started',
        device: 'FIN-01',
        user: 'NORTHWIND\\alice',
        process: 'powershell.exe',
        parentProcess: 'WINWORD.EXE',
        commandLine: 'powershell -enc SQBFAFgA',
        technique: { id: 'T1059.001', name: 'PowerShell' },
      },
      {
        id: 'e2',
        at: '2026-11-27T09:03:30Z',
        kind: 'network-connection',
        device: 'FIN-01',
        process: 'powershell.exe',
        target: '203.0.113.40',
      },
      { id: 'e4', at: '2026-11-27T09:20:00Z', kind: 'detection', device: 'SRV-02', target: 'Ransomware behaviour' },
    ],
  },
  'proposal-generate': {
    ticket: {
      name: 'PSA ticket',
      title: 'T20260042: Nobody can save files on FS-02',
      facts: [
        { id: 'ticket.title', label: 'Title', text: 'Nobody can save files on FS-02' },
        { id: 'ticket.opened', label: 'Opened', text: '2026-11-27T09:10:00Z' },
        { id: 'ticket.description', label: 'Description', text: 'It began at 08:50 UTC.' },
        { id: 'ticket.note-1', label: 'Internal note of 2026-11-27T09:20:00Z', text: 'It began after the backup.' },
      ],
    },
    records: [
      {
        name: 'RMM device',
        title: 'FS-02',
        facts: [
          { id: 'rmm-device-1.online', label: 'Online', text: 'yes' },
          { id: 'rmm-device-1.disk-1', label: 'Disk', text: 'D: 1.2 GB of 960 GB are free' },
          { id: 'rmm-device-1.patches', label: 'Patch status', text: 'patches are missing' },
        ],
      },
    ],
    unread: [{ name: 'CMDB asset fs-02', reason: 'the product did not answer in time' }],
  },
} as const
