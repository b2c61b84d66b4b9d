// The note on a ticket: who reads it can look up what each fact is, and reads plain text.
import { expect, it } from 'vitest'
import { Report } from '../../../../functions/ai/root-causes/contract.ts'
import { noteOf } from '../../../../functions/ai/root-causes/note.ts'
import { citedFacts } from '../../../../functions/ai/root-causes/told-facts.ts'
import type { Context } from '../../../../shared/context/context.ts'
import { psaLimits } from '../../../../shared/peers/psa/contract.ts'
import { withoutDrafts } from '../../../../shared/text/own-draft.ts'

const read = (
  kind: 'ticket' | 'device',
  name: string,
  title: string,
  id: string,
  ...facts: readonly string[]
): Context => ({
  kind: 'read',
  source: kind === 'ticket' ? { product: 'psa', kind, id } : { product: 'rmm', kind, id },
  name,
  title,
  url: 'https://psa.example/',
  facts: facts.map((label, index) => ({ id: `f-${index + 1}`, label, text: 'yes' })),
  isCut: false,
})

const ticket = read('ticket', 'PSA ticket', 'T1: [Critical] Odd', 'T1', 'Title', 'Opened')
const device = read('device', 'RMM device', 'FS-02', 'device-0042', 'Patch status', 'Online')
const refused = { kind: 'refused', source: device.source, name: 'RMM device', reason: 'not-found' } as const

const reportOf = (statement: string, evidence: readonly string[], beside: readonly Context[] = [device]) => {
  const hypotheses = [{ statement, state: 'open' as const, evidence: [...evidence] }]
  const statements = { timeline: [], hypotheses, openQuestions: [] }
  const facts = citedFacts(statements, ticket, [refused, ...beside])
  const sources = [{ ...ticket.source, name: ticket.name, outcome: 'read' }]
  return Report.parse({
    ...statements,
    facts,
    sources,
    model: 'rules',
    label: 'By rule.',
    writtenAt: '2026-11-18T09:00:00.123Z',
  })
}

it('says at its end what each fact is that it cites, and no other one', () => {
  const report = reportOf('A patch.', ['rmm-device-2.f-1', 'ticket.f-1', 'onset'])
  expect(report.facts).toContainEqual({
    id: 'rmm-device-2.f-1',
    label: 'Patch status',
    text: 'yes',
    product: 'rmm',
    kind: 'device',
    recordId: 'device-0042',
    recordName: 'RMM device FS-02',
  })
  expect(noteOf(report)).toContain(
    [
      'Facts:',
      '- PSA ticket T1: [Critical] Odd: ticket.f-1 is Title “yes”; onset is Since when it has been so “the ticket says no more than when it was opened”',
      '- RMM device FS-02 (device-0042): rmm-device-2.f-1 is Patch status “yes”',
      '',
      'Sources:',
    ].join('\n'),
  )
})

it('says what the facts say, with their figures: of a long one its beginning, without secrets', () => {
  const disk = { id: 'disk-1', label: 'Disk', text: 'C: 21.4 GB of 480 GB are free' }
  const told = (text: string) => {
    const server = { ...device, facts: [disk, { id: 'change-1', label: 'Change', text }] }
    return noteOf(reportOf('It is full.', ['rmm-device-2.disk-1', 'rmm-device-2.change-1'], [server]))
  }
  expect(told('Fan\n\nreplaced')).toContain(
    'rmm-device-2.disk-1 is Disk “C: 21.4 GB of 480 GB are free”; rmm-device-2.change-1 is Change “Fan replaced”',
  )
  expect(told('word '.repeat(100))).toMatch(/is Change “(?:word ){30,39}word…”\n\nSources/)
  expect(told('password=Winter2026!x')).not.toContain('Winter2026')
})

it('says of the onset in which words the ticket tells it', () => {
  const since = {
    ...ticket,
    facts: [
      { id: 'opened', label: 'Opened', text: '2026-11-18T10:00:00Z' },
      { id: 'description', label: 'Description', text: 'Dead since 09:10.' },
    ],
  }
  const statements = { timeline: [], openQuestions: [], hypotheses: [] }
  const cited = { statement: 'Odd.', state: 'open' as const, evidence: ['onset'] }
  expect(citedFacts({ ...statements, hypotheses: [cited] }, since, [])).toMatchObject([{ text: 'since 09:10' }])
})

it('says less of each fact where there are many, before it leaves one out', () => {
  const long = Array.from({ length: 60 }, (_, index) => ({
    id: `c-${index}`,
    label: 'Change',
    text: 'word '.repeat(40),
  }))
  const evidence = long.map(({ id }) => `rmm-device-2.${id}`)
  const statements = {
    timeline: [],
    openQuestions: [],
    hypotheses: [{ statement: 'Many.', state: 'open' as const, evidence }],
  }
  const facts = citedFacts(statements, ticket, [refused, { ...device, facts: long }])
  const note = noteOf({ ...reportOf('Many.', []), facts: [...facts] })
  expect(note.length).toBeLessThanOrEqual(psaLimits.noteText)
  for (const id of evidence) expect(note).toMatch(new RegExp(`${id} is Change “word word`))
})

it('names the facts of a report that was made before their texts were kept', () => {
  const report = reportOf('A patch.', ['rmm-device-2.f-1'])
  const facts = report.facts.map((fact) => ({ ...fact, text: undefined }))
  expect(noteOf({ ...report, facts })).toContain('rmm-device-2.f-1 is Patch status\n')
})

it('has its facts within the limit of PSA, and can still be told from what people write', () => {
  const many = Array.from({ length: 60 }, (_, index) =>
    read(
      'device',
      'RMM device',
      `FS-${index}`,
      `d-${index}`,
      ...Array.from({ length: 5 }, (__, one) => `Change ${one}`),
    ),
  )
  const statements = { timeline: [], openQuestions: [], hypotheses: [] }
  const evidence = many.flatMap(({ facts }, index) => facts.map(({ id }) => `rmm-device-${index + 2}.${id}`))
  const cited = { statement: 'Many.', state: 'open' as const, evidence }
  const facts = citedFacts({ ...statements, hypotheses: [cited] }, ticket, [refused, ...many])
  const note = noteOf({ ...reportOf('Many.', []), facts: [...facts] })
  expect(note.length).toBeLessThanOrEqual(psaLimits.noteText)
  expect(note).toContain('- The others are in the report of the AI Platform.\n\nSources:\n')
  expect(withoutDrafts(`Before.\n\n${note}`)).toBe('Before.\n\n')
})

it('is plain text: no backslashes, no parts of a second, and nothing that would be shown as a link, an element or a mention', () => {
  const note = noteOf(
    reportOf('“[Critical] Odd” at 2026-11-18T09:00:00.123Z: [here](https://x.example) <img src=x> @ann', []),
  )
  expect(note).toContain(
    '“[Critical] Odd” at 2026-11-18T09:00:00Z: [here]\u2060(https://x.example) <\u2060img src=x> @\u2060ann',
  )
  expect(note).toContain('Written at 2026-11-18T09:00:00Z.')
  expect(note).not.toContain('\\')
})
