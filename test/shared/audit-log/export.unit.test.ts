import { expect, it } from 'vitest'
import { AuditContent, type AuditEntry, genesisOf, hashOf } from '../../../shared/audit-log/audit-entry.ts'
import { ExportedLine, csvOf, exportLines, linesOf } from '../../../shared/audit-log/export.ts'
import type { LogLine } from '../../../shared/audit-log/log-lines.ts'

const entry = (more: Partial<AuditContent> = {}): AuditEntry => {
  const content = AuditContent.parse({
    action: 'settings.changed',
    outcome: 'done',
    actor: 'user:mia',
    tenantId: 'northwind',
    entryId: 'e1',
    seq: 1,
    at: '2026-11-28T10:00:00.000Z',
    previousHash: genesisOf('northwind'),
    ...more,
  })
  return { ...content, hash: hashOf(content) }
}

it('gives lines of JSON from which anybody can verify the hashes, page by page', async () => {
  const first = entry({ facts: { b: '2', a: 'line\nbreak' } })
  const second = entry({ seq: 2, previousHash: first.hash })
  const lines = async function* (): AsyncGenerator<LogLine> {
    yield { kind: 'log', tenantId: 'northwind', at: '2026-11-28T10:00:00.000Z' }
    yield { kind: 'entry', entry: second }
    yield { kind: 'entry', entry: first }
  }
  const page = await exportLines(lines(), { limit: 1 })
  expect(page.nextSeq).toBe(1)
  const whole = await exportLines(lines(), { limit: 2 })
  const read = whole.text
    .trimEnd()
    .split('\n')
    .map((line) => ExportedLine.parse(JSON.parse(line)))
  expect(read.map(({ kind }) => kind)).toEqual(['log', 'entry', 'entry'])
  const entries = read.flatMap((line) => (line.kind === 'entry' ? [line.entry] : []))
  for (const { hash, ...content } of entries) expect(hashOf(content)).toBe(hash)
  expect(entries[0]?.previousHash).toBe(entries[1]?.hash)
})

it.each(['=1+1', '+1', '-1', '@SUM(A1)', '\tx', '\rx', '＝1'])(
  'gives a spreadsheet no formula: %j',
  async (subject) => {
    const [, line = ''] = (await csvOf([entry({ subjects: [subject] })])).split('\r\n')
    expect(line).toContain(`'${subject}`)
  },
)

it('gives columns with names, and quotes what holds commas', async () => {
  const [header, line] = (await csvOf([entry({ subjects: ['a,b'], facts: { count: '2' } })])).split('\r\n')
  expect(header).toBe(
    'seq,at,action,outcome,actor,subjects,operation,address,correlationId,facts,entryId,previousHash,hash',
  )
  expect(line).toContain('"a,b"')
  expect(line).toContain('"{""count"":""2""}"')
})

it('does not take the hash of one content for that of another', () => {
  expect(entry({ facts: { a: '1' } }).hash).not.toBe(entry({ facts: { a: '2' } }).hash)
  expect(entry({ subjects: ['x'] }).hash).not.toBe(entry({ operation: 'x' }).hash)
  expect(genesisOf('a')).not.toBe(genesisOf('b'))
})

it.each([
  ['is empty', [], /no entry/],
  [
    'is cut off after its first line',
    ['{"kind":"log","tenantId":"northwind","at":"2026-11-28T10:00:00.000Z"}'],
    /no entry/,
  ],
  [
    'is that of another',
    ['{"kind":"log","tenantId":"contoso","at":"2026-11-28T10:00:00.000Z"}'],
    /contoso, not of northwind/,
  ],
  ['lacks the first page', [JSON.stringify({ kind: 'entry', entry: entry() })], /first page/],
] as const)('is taken for no log of an organization when it %s', async (_, texts, message) => {
  const read = async (): Promise<void> => {
    for await (const line of linesOf(texts, 'northwind')) expect(line.kind).toBe('log')
  }
  await expect(read()).rejects.toThrow(message)
})
