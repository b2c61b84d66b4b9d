// Cases written by hand: what no generator would think of. In turn for developing and held out.
import type { RootCauseCase } from './root-cause-case.ts'

type Fact = readonly [id: string, label: string, text: string]

const record = (name: string, title: string, ...facts: readonly Fact[]) => ({
  name,
  title,
  facts: facts.map(([id, label, text]) => ({ id, label, text })),
})

const ticket = (title: string, description: string, opened: string, ...more: readonly Fact[]) =>
  record(
    'PSA ticket',
    `T20264711: ${title}`,
    ['t.title', 'Title', title],
    ['t.opened', 'Opened', opened],
    ['t.description', 'Description', description],
    ...more,
  )

/** A device with everything that makes trouble, none of which the ticket tells. */
const neglected = (host: string) =>
  record(
    'RMM device',
    host,
    ['n.patches', 'Patch status', 'the last installation failed'],
    ['n.restart', 'Needs a restart', 'yes'],
    ['n.patch', 'Missing patch (critical)', 'KB5062553'],
    ['n.disk', 'Disk', 'C: 4 GB of 480 GB are free'],
  )

const detected = (host: string, title: string) =>
  record(
    'Defend device',
    host,
    ['w.host', 'Host name', host],
    ['w.detection', 'Open detection of 2026-11-18T08:59:00Z (critical)', `${title}, detection-0001`],
  )

/** The descriptions of tickets that this suite writes itself. */
const ofDefend = (title: string, summary: string, host: string, steps: readonly string[]): string =>
  [
    'The One Defend found a critical threat. Indented text is quoted from the detection.',
    'Detection:',
    `    ${title}`,
    'Summary:',
    `    ${summary}`,
    'Affected device:',
    `    Host name: ${host}`,
    'Recommended remediation:',
    steps.map((step, index) => `    ${index + 1}. ${step}`).join('\n'),
    'Detected at: 2026-11-18T08:59:00.123Z',
  ].join('\n\n')

const ofCode = (title: string, description: string, steps: readonly string[]): string =>
  [
    'Repository: ridge/shop\nClient: Ridge\nIndented text is quoted from the findings.',
    'Finding:',
    `    ${title}`,
    'Severity: critical',
    'Remediation:',
    steps.map((step, index) => `    ${index + 1}. ${step}`).join('\n'),
    'Description:',
    `    ${description}`,
  ].join('\n\n')

const none = { cause: [], late: [], unread: [] } as const

export const writtenCases: readonly RootCauseCase[] = [
  {
    input: {
      ticket: ticket(
        'Buchhaltung kann nicht speichern',
        'Seit heute früh meldet FS-02 beim Speichern, der Platz reiche nicht.',
        '2026-11-18T09:40:00Z',
      ),
      records: [
        record('RMM device', 'FS-02', ['d.online', 'Online', 'yes'], ['d.disk', 'Disk', 'E: 3 GB of 2000 GB are free']),
        record('RMM device', 'FS-01', ['o.disk', 'Disk', 'E: 9 GB of 2000 GB are free']),
      ],
      unread: [],
      timeZone: 'Europe/Vienna',
    },
    ...none,
    cause: ['d.disk'],
  },
  {
    input: {
      ticket: ticket(
        'Ledger does not open',
        'Since 08:05 UTC the ledger on APP-07 says that it cannot reach its database.',
        '2026-11-18T08:40:00Z',
      ),
      records: [
        record('CMDB asset', 'APP-07', ['a.relation', 'Relation', 'depends on SQL-03'], ['a.state', 'State', 'active']),
        record(
          'RMM device',
          'SQL-03',
          ['s.online', 'Online', 'no'],
          ['s.seen', 'Last seen', '2026-11-18T08:03:00Z'],
          ['s.disk', 'Disk', 'C: 200 GB of 480 GB are free'],
        ),
      ],
      unread: [],
    },
    ...none,
    cause: ['s.online'],
    onset: Date.parse('2026-11-18T08:05:00Z'),
  },
  {
    input: {
      ticket: ticket(
        'Reports print blank pages',
        'It began at 2026-11-18T07:30:00Z. Everybody on PRINT-01 is affected.',
        '2026-11-18T08:00:00Z',
      ),
      records: [
        record(
          'RMM device',
          'PRINT-01',
          ['p.before', 'Change of 2026-11-18T06:55:00Z', 'Universal driver replaced; blank separator pages on'],
          ['p.after', 'Change of 2026-11-18T07:50:00Z', 'Blank pages: spooler restarted'],
          ['p.online', 'Online', 'yes'],
        ),
      ],
      unread: [],
    },
    cause: ['p.before'],
    late: ['p.after'],
    onset: Date.parse('2026-11-18T07:30:00Z'),
  },
  {
    input: {
      ticket: ticket(
        'Mouse is broken',
        'The left button of the mouse at LT-31 no longer clicks.',
        '2026-11-18T10:00:00Z',
      ),
      records: [
        record(
          'Defend device',
          'LT-31',
          ['x.detection', 'Open detection of 2026-11-17T22:00:00Z (critical)', 'Credential dumping, d-9'],
          ['x.host', 'Host name', 'LT-31'],
        ),
      ],
      unread: [],
    },
    ...none,
  },
  {
    input: {
      ticket: ticket(
        'Cannot sign in to the portal',
        'Since yesterday 16:00 nobody at Ridge can sign in to portal.ridge.example: "certificate has expired".',
        '2026-11-18T07:20:00Z',
      ),
      records: [
        record(
          'CMDB asset',
          'portal.ridge.example',
          ['c.cert', 'Attribute', 'TLS certificate valid until: 2026-11-17'],
          ['c.licence', 'Attribute', 'Support contract ends on: 2027-03-31'],
        ),
        record('CMDB asset', 'mail.ridge.example', ['m.cert', 'Attribute', 'TLS certificate valid until: 2026-11-16']),
      ],
      unread: [],
      timeZone: 'Europe/Berlin',
    },
    ...none,
    cause: ['c.cert'],
    onset: Date.parse('2026-11-17T15:00:00Z'),
  },
  {
    input: {
      ticket: ticket(
        'Stock program stops with 0x80004005',
        'Since 26.11. um 7:45 Uhr kommt auf WH-PC-7 die Meldung 0x80004005.',
        '2026-11-26T08:10:00Z',
      ),
      records: [
        record(
          'RMM device',
          'WH-PC-7',
          ['w.change', 'Change of 2026-11-25T20:10:00Z', 'Database driver 18.4 rolled out, known fault 0x80004005'],
          ['w.disk', 'Disk', 'C: 200 GB of 480 GB are free'],
        ),
      ],
      unread: [],
      timeZone: 'Europe/Berlin',
    },
    ...none,
    cause: ['w.change'],
    onset: Date.parse('2026-11-26T06:45:00Z'),
  },
  {
    input: {
      ticket: ticket(
        'Internet away at Mill Lane',
        'No website opens. It went down two hours ago.',
        '2026-11-18T11:00:00Z',
      ),
      records: [
        record(
          'RMM device',
          'GW-MILL',
          ['g.kind', 'Kind', 'router'],
          ['g.online', 'Online', 'no'],
          ['g.seen', 'Last seen', '2026-11-18T08:58:00Z'],
        ),
        record('RMM device', 'FS-02', ['f.disk', 'Disk', 'D: 2 GB of 960 GB are free'], ['f.online', 'Online', 'yes']),
      ],
      unread: [],
    },
    ...none,
    cause: ['g.online'],
    onset: Date.parse('2026-11-18T09:00:00Z'),
  },
  {
    input: {
      ticket: ticket(
        'Files have a new ending',
        'Files on FS-02 are renamed and a note asks for bitcoin. Noticed at 07:50 UTC.',
        '2026-11-18T08:00:00Z',
      ),
      records: [
        record(
          'Defend detection',
          'Mass renaming of files',
          ['m.detection', 'Detection', 'Mass renaming of files'],
          ['m.device', 'Device', 'FS-02, dev-2'],
          ['m.at', 'Detected', '2026-11-18T08:20:00Z'],
        ),
        record(
          'RMM device',
          'FS-02',
          ['f.change', 'Change of 2026-11-18T08:30:00Z', 'Files restored'],
          ['f.online', 'Online', 'yes'],
        ),
      ],
      unread: [],
    },
    cause: ['m.detection'],
    late: ['f.change'],
    onset: Date.parse('2026-11-18T07:50:00Z'),
  },
  {
    input: {
      ticket: ticket(
        'Video calls stutter',
        'Since Monday the picture stops for seconds in all calls of meeting room 4.',
        '2026-11-19T09:00:00Z',
        [
          't.note-1',
          'Internal note of 2026-11-19T09:30:00Z',
          'Disk is fine, no update pending. Cable replaced, no change.',
        ],
      ),
      records: [
        record(
          'RMM device',
          'ROOM-04',
          ['r.disk', 'Disk', 'C: 3 GB of 240 GB are free'],
          ['r.patches', 'Patch status', 'the last installation failed'],
        ),
      ],
      unread: [{ name: 'CMDB asset switch-4', reason: 'the product did not answer in time' }],
      timeZone: 'Europe/Berlin',
    },
    ...none,
  },
  {
    input: {
      ticket: ticket(
        'Tablet of the nurse offline',
        'TAB-12 says no connection. It went off at 09:15 UTC.',
        '2026-11-18T09:30:00Z',
      ),
      records: [
        record(
          'Defend device',
          'TAB-12',
          ['c.cut', 'Cut off from the network', 'yes'],
          ['c.host', 'Host name', 'TAB-12'],
          ['c.open', 'Open detection of 2026-11-18T09:14:00Z (high)', 'Unknown remote tool, d-3'],
        ),
      ],
      unread: [],
    },
    ...none,
    cause: ['c.cut'],
    onset: Date.parse('2026-11-18T09:15:00Z'),
  },
  {
    input: {
      ticket: ticket(
        'Order of a laptop',
        'A new colleague begins in January and needs a laptop.',
        '2026-11-18T09:30:00Z',
      ),
      records: [],
      unread: [],
    },
    ...none,
  },
  {
    input: {
      ticket: ticket(
        'Drawbench will not start',
        'After the weekend Drawbench says that its licence is not valid.',
        '2026-11-23T07:30:00Z',
      ),
      records: [
        record(
          'CMDB asset',
          'Drawbench',
          ['l.licence', 'Attribute', 'Licence expires: 2026-11-21'],
          ['l.state', 'State', 'active'],
        ),
        record(
          'RMM device',
          'CAD-03',
          ['l.restart', 'Needs a restart', 'yes'],
          ['l.patch', 'Patch status', 'patches are missing'],
        ),
      ],
      unread: [],
      timeZone: 'Europe/Berlin',
    },
    ...none,
    cause: ['l.licence'],
  },
  // Tickets that this suite writes itself, and words in names and in advice, each for both halves.
  {
    input: {
      ticket: ticket(
        '[Critical] Mass encryption of files on FS-02',
        ofDefend('Mass encryption of files', 'update.exe renames and rewrites files in the shares.', 'FS-02', [
          'Isolate FS-02.',
          'Disable the account that runs update.exe.',
          'Restore the shares from a backup.',
        ]),
        '2026-11-18T09:00:00Z',
      ),
      records: [neglected('FS-02'), detected('FS-02', 'Mass encryption of files')],
      unread: [],
    },
    ...none,
    cause: ['w.detection'],
    onset: Date.parse('2026-11-18T08:59:00Z'),
  },
  {
    input: {
      ticket: ticket(
        '[Critical] Memory of sign-in process read on DC-EAST',
        ofDefend('Memory of sign-in process read', 'patch.exe reads what belongs to lsass.exe.', 'DC-EAST', [
          'Restart DC-EAST in safe mode.',
          'Replace the passwords of all administrators.',
        ]),
        '2026-11-18T09:00:00Z',
      ),
      records: [detected('DC-EAST', 'Memory of sign-in process read'), neglected('DC-EAST')],
      unread: [],
    },
    ...none,
    cause: ['w.detection'],
    onset: Date.parse('2026-11-18T08:59:00Z'),
  },
  {
    input: {
      ticket: ticket(
        '[Critical] CVE-2019-10744 Prototype pollution in lodash',
        ofCode('Prototype pollution in lodash', 'lodash before 4.17.12 lets an object change Object.prototype.', [
          'Update lodash to 4.17.21.',
          'Restart the service.',
        ]),
        '2026-11-18T09:00:00Z',
      ),
      records: [neglected('FS-02'), detected('FS-02', 'Mass encryption of files')],
      unread: [],
    },
    ...none,
  },
  {
    input: {
      ticket: ticket(
        '[High] Certificates are not checked by the uploader',
        ofCode('Certificates are not checked', 'Uploads to the database go to whatever host answers.', [
          'Upgrade the uploader to 3.2.',
        ]),
        '2026-11-18T09:00:00Z',
      ),
      records: [
        neglected('SRV-APP-1'),
        record('CMDB asset', 'edi.ridge.example', ['w.cert', 'Attribute', 'Certificate expires: 2026-11-17']),
      ],
      unread: [],
    },
    ...none,
  },
  {
    input: {
      ticket: ticket(
        'Wrong icon on LT-08',
        'Since this morning C:\\Program Files\\Backup Service\\restart-update.exe has the icon of another program.',
        '2026-11-18T09:00:00Z',
      ),
      records: [neglected('LT-08')],
      unread: [],
      timeZone: 'Europe/Berlin',
    },
    ...none,
  },
  {
    input: {
      ticket: ticket(
        'Title of a page is wrong',
        'On LT-09 the tab of https://intranet.ridge.example/patch/full-disk/ shows the title of last year.',
        '2026-11-18T09:00:00Z',
      ),
      records: [neglected('LT-09')],
      unread: [],
    },
    ...none,
  },
  {
    input: {
      ticket: ticket(
        'Picture too dark on LT-08',
        'The vendor recommends that we update the driver.\n\nNext steps:\n1. Restart LT-08.\n2. Install the new driver.',
        '2026-11-18T09:00:00Z',
      ),
      records: [neglected('LT-08')],
      unread: [],
    },
    ...none,
  },
  {
    input: {
      ticket: ticket(
        'Headset too quiet at LT-09',
        'She hardly hears anybody. Update its firmware to 2.1, says the manual. Workaround: restart Teams before each meeting.',
        '2026-11-18T09:00:00Z',
      ),
      records: [neglected('LT-09')],
      unread: [],
    },
    ...none,
  },
  {
    input: {
      ticket: ticket(
        'What is x9sync.exe?',
        'On LT-08 it asks for a password when she signs in.',
        '2026-11-18T09:00:00Z',
      ),
      records: [
        neglected('LT-08'),
        record(
          'Defend detection',
          'Remote tool of unknown origin',
          ['w.detection', 'Detection', 'Remote tool of unknown origin'],
          ['w.device', 'Device', 'LT-08, dev-8'],
          ['w.at', 'Detected', '2026-11-18T08:20:00Z'],
          ['w.summary', 'Summary', 'x9sync.exe talks to a host that nobody knows.'],
        ),
      ],
      unread: [],
    },
    ...none,
    cause: ['w.detection'],
  },
  {
    input: {
      ticket: ticket(
        'Window that nobody opened',
        'LT-09 shows a black window named helper77.exe at noon.',
        '2026-11-18T12:10:00Z',
      ),
      records: [
        record(
          'Defend detection',
          'Task added by a macro',
          ['w.detection', 'Detection', 'Task added by a macro'],
          ['w.device', 'Device', 'LT-09, dev-9'],
          ['w.at', 'Detected', '2026-11-18T11:20:00Z'],
          ['w.summary', 'Summary', 'A macro has helper77.exe run at noon.'],
        ),
        neglected('LT-09'),
      ],
      unread: [],
    },
    ...none,
    cause: ['w.detection'],
  },
]
