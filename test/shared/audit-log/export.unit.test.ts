import { expect, it } from 'vitest'
import { AuditContent, AuditEntry, genesisOf, hashOf } from '../../../shared/audit-log/audit-entry.ts'
import { exportEntries } from '../../../shared/audit-log/export.ts'

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

it('gives lines of JSON from which anybody can verify the hashes', async () => {
  const first = entry({ facts: { b: '2', a: 'line\nbreak' } })
  const second = entry({ seq: 2, previousHash: first.hash })
  const text = await exportEntries('jsonl', [second, first])
  const lines = text.trimEnd().split('\n')
  expect(lines).toHaveLength(2)
  const read = lines.map((line) => AuditEntry.parse(JSON.parse(line)))
  for (const { hash, ...content } of read) expect(hashOf(content)).toBe(hash)
  expect(read[0]?.previousHash).toBe(read[1]?.hash)
})

it.each(['=1+1', '+1', '-1', '@SUM(A1)', '\tx', '\rx', '＝1'])(
  'gives a spreadsheet no formula: %j',
  async (subject) => {
    const [, line = ''] = (await exportEntries('csv', [entry({ subjects: [subject] })])).split('\r\n')
    expect(line).toContain(`'${subject}`)
  },
)

it('gives columns with names, and quotes what holds commas', async () => {
  const [header, line] = (await exportEntries('csv', [entry({ subjects: ['a,b'], facts: { count: '2' } })])).split(
    '\r\n',
  )
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
