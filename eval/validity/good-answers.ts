// A good answer of each feature that answers in a form, with what is easily altered in its texts: Windows paths, leading zeros, large integers.

/** What an input says, and the answer of a model that has read it. */
export type GoodAnswer = { readonly input: unknown; readonly answer: Readonly<Record<string, unknown>> }

const path = String.raw`C:\Temp\new\_007\report.csv`
const share = String.raw`\\fs-02\Exports$\_old`
const told = `The export ${path} has 9007199254740993 rows of the branch 007; the older ones are on ${share}.`

const at = (minute: number) => `2026-11-27T09:0${minute}:00Z`

const code = {
  repository: { name: 'northwind/exports', languages: ['TypeScript'] },
  sources: [
    { id: 'src/export.ts', text: told },
    { id: 'src/mail.ts', text: 'Mail is sent by the worker, with "quotes", {braces} and a \\ at its end.' },
  ],
}
const exporting = ['src/export.ts']
const both = ['src/export.ts', 'src/mail.ts']
/** Brackets and quotes within texts are none of the answer's own. */
const mailed = 'Mail is sent by the worker, with "quotes", {braces} and a \\ at its end.'

const debt = { title: 'Path in the code', kind: 'design', severity: 'low', effort: 'days' }
const way = { title: 'Move the exports', effort: 'weeks', risk: 'low', risks: [mailed], evidence: both }

const ofCode = {
  'code-debt-analysis': {
    input: code,
    answer: {
      summary: told,
      items: [
        { ...debt, recommendation: told, evidence: exporting },
        { ...debt, title: 'Mail', kind: 'tests', effort: 'unknown', recommendation: mailed, evidence: both },
      ],
    },
  },
  'code-migration-paths': {
    input: { ...code, goal: 'Exports in the cloud', constraints: ['No downtime'] },
    answer: {
      paths: [
        { ...way, steps: [told, mailed] },
        { ...way, title: 'Leave them', steps: ['Leave them.'], risks: [], evidence: exporting },
      ],
      recommendation: told,
      openQuestions: [`Who reads ${share}?`],
    },
  },
  'code-regulatory-classification': {
    input: { ...code, countries: ['DE'] },
    answer: {
      classes: [
        { regulation: 'gdpr', applies: 'likely', reason: told, evidence: exporting },
        { regulation: 'nis2', applies: 'unlikely', reason: mailed, evidence: both },
      ],
      dataKinds: [`rows in ${path}`, 'mail'],
    },
  },
  'code-critical-files': {
    input: {
      repository: code.repository,
      files: [
        { path: 'src/export.ts', lines: 80, changes: 7, excerpt: told },
        { path: 'src/mail.ts', lines: 20, excerpt: mailed },
      ],
    },
    answer: {
      files: [
        { path: 'src/export.ts', reason: told, evidence: exporting },
        { path: 'src/mail.ts', reason: mailed, evidence: both },
      ],
    },
  },
} satisfies Readonly<Record<string, GoodAnswer>>

const closed = (id: string, resolution: string) => ({
  id,
  title: 'An export cannot be opened',
  category: '007 Exports',
  priority: 'P3',
  resolution,
})

const ofService = {
  'ticket-suggest': {
    input: {
      ticket: { title: 'The export cannot be opened', text: told },
      categories: ['007 Exports', 'Email'],
      priorities: ['P1', 'P2', 'P3'],
      closedTickets: [closed('c1', told), closed('c2', mailed)],
    },
    answer: {
      category: { value: '007 Exports', confidence: 0.9, evidence: ['c1'] },
      priority: { value: 'P3', confidence: 0.75, evidence: ['c1'] },
      resolution: { text: told, confidence: 0.8, evidence: ['c1'] },
      reason: 'Two closed tickets say the same.',
    },
  },
  'proposal-generate': {
    input: {
      ticket: {
        name: 'PSA ticket',
        title: 'The export cannot be opened',
        facts: [
          { id: 'ticket-1.text', label: 'Text', text: told },
          { id: 'ticket-1.created', label: 'Created', text: at(1) },
        ],
      },
      records: [
        {
          name: 'RMM device',
          title: 'FS-02',
          facts: [{ id: 'device-1.disk', label: 'Disk', text: `D: 1.2 GB of 960 GB are free, in ${share}` }],
        },
      ],
      unread: [],
    },
    answer: {
      timeline: [{ at: at(1), text: 'The ticket was created.', evidence: ['ticket-1.created'] }],
      hypotheses: [
        { statement: `The disk of ${share} may be full.`, state: 'open', evidence: ['device-1.disk'] },
        { statement: told, state: 'open', evidence: ['ticket-1.text'] },
      ],
      openQuestions: [{ question: 'Who has written it?', evidence: [] }],
    },
  },
  'data-enrichment': {
    input: {
      kind: 'company',
      name: 'Contoso',
      companyName: 'Contoso',
      industries: ['Retail 007', 'Logistics'],
      candidates: ['20', '21'].map((end, index) => ({
        id: `c${index + 1}`,
        field: 'phone',
        value: `+49 30 9018${end}`,
        quote: `Retail 007, call +49 30 9018${end}`,
        page: 'https://contoso.example/',
      })),
    },
    answer: {
      choices: [{ field: 'phone', candidate: 'c1' }],
      industry: { value: 'Retail 007', evidence: ['c1'] },
    },
  },
} satisfies Readonly<Record<string, GoodAnswer>>

const spoken = [
  { id: 's1', at: 0, speaker: 'Dana Okafor', text: told },
  { id: 's2', at: 31.5, speaker: 'Luis Moreno', text: 'I will move them to another disk by Friday.' },
]
const line = { id: 'l1', product: '007 Exports', quantity: '25', unitPrice: '42.50', amount: '1062.50' }
const technique = { id: 'T1005', name: 'Data from Local System' }
const event = { kind: 'file-written', device: 'FS-02' }

const ofCalls = {
  'call-recap': {
    input: { call: { id: 'call-1', startedAt: at(0), subject: 'Exports' }, segments: spoken },
    answer: {
      summary: [{ sentence: told, evidence: ['s1'] }],
      actionItems: [
        {
          what: 'Move them to another disk',
          owner: 'Luis Moreno',
          due: 'by Friday',
          at: 31.5,
          evidence: ['s2'],
        },
        { what: `Look into ${path}`, owner: null, due: null, at: 0, evidence: ['s1'] },
      ],
    },
  },
  'reply-suggest': {
    input: {
      call: { id: 'call-2' },
      lines: [{ id: 'l-7', speaker: 'Luis Moreno', text: told }],
      articles: [{ id: 'kb-12', title: 'Exports', text: mailed }],
    },
    answer: {
      replies: [
        { text: `Do you see ${path} on ${share}?`, evidence: ['l-7'] },
        { text: mailed, evidence: ['l-7', 'kb-12'] },
      ],
    },
  },
  'billing-explanation': {
    input: {
      client: { name: 'Northwind' },
      currency: 'EUR',
      invoice: { id: 'inv-11', period: '2026-11', lines: [line], total: '1062.50' },
      previous: { id: 'inv-10', period: '2026-10', lines: [{ ...line, id: 'k1' }], total: '1062.50' },
    },
    answer: {
      sentences: [
        { text: 'The total is EUR 1062.50, as in the month before.', evidence: ['total'] },
        { text: 'Nothing else has changed.', evidence: ['total'] },
      ],
    },
  },
  'attack-narrative': {
    input: {
      investigation: { id: 'i-1', title: 'Exports' },
      events: [
        {
          ...event,
          id: 'e1',
          at: at(1),
          user: String.raw`NORTHWIND\_007`,
          target: path,
          commandLine: `copy ${path}`,
          technique,
        },
        { ...event, id: 'e2', at: at(2), kind: 'data-sent', target: share },
      ],
    },
    answer: {
      sentences: [
        { text: String.raw`NORTHWIND\_007 wrote ${path} on FS-02.`, evidence: ['e1'] },
        { text: `Then data went to ${share}.`, evidence: ['e2'] },
      ],
      techniques: [{ ...technique, evidence: ['e1'] }],
    },
  },
} satisfies Readonly<Record<string, GoodAnswer>>

export const goodAnswers: Readonly<Record<string, GoodAnswer>> = { ...ofCode, ...ofService, ...ofCalls }
