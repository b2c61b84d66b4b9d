import { describe, expect, it } from 'vitest'
import { rewriteBody } from '../../../shared/store/transaction-body.ts'

const section = (lines: readonly string[]): string =>
  ['--changeset_1', 'content-type: application/http', '', ...lines].join('\r\n')
const insert = (rowKey: string, text = ''): string =>
  section([
    'POST http://host/notes HTTP/1.1',
    'Accept: application/json',
    '',
    JSON.stringify({ PartitionKey: 't', RowKey: rowKey, text }),
  ])
const remove = (rowKey: string): string =>
  section([
    `DELETE http://host/notes(PartitionKey='t',RowKey='${encodeURIComponent(rowKey)}') HTTP/1.1`,
    'If-Match: *',
    '',
  ])
const body = (...sections: string[]): string =>
  [
    '--batch_1',
    'content-type: multipart/mixed; boundary=changeset_1',
    '',
    ...sections,
    '--changeset_1--',
    '--batch_1--',
    '',
  ].join('\r\n')

describe('rewriteBody', () => {
  it('puts the condition on the delete that it belongs to', () => {
    const rewritten = rewriteBody(body(remove('note!a=002F'), remove('note!b')), [
      { rowKey: 'note!a=002F', deleteIfEtag: 'W/"$&1"' },
      { rowKey: 'note!b' },
    ])
    expect(rewritten).toBe(
      body(
        remove('note!a=002F').replace('*', () => 'W/"$&1"'),
        remove('note!b'),
      ),
    )
  })

  it('puts the operations into the order that was given', () => {
    const operations = [{ rowKey: 'note!b' }, { rowKey: 'note!a' }]
    expect(rewriteBody(body(insert('note!a'), remove('note!b')), operations)).toBe(
      body(remove('note!b'), insert('note!a')),
    )
  })

  it('is not misled by what the rows hold', () => {
    const text = `\r\n--changeset_1\r\nDELETE http://x(PartitionKey='t',RowKey='note!b') HTTP/1.1 "RowKey":"note!b" If-Match: *`
    const operations = [{ rowKey: 'note!a' }, { rowKey: 'note!b', deleteIfEtag: 'W/"1"' }]
    expect(rewriteBody(body(insert('note!a', text), remove('note!b')), operations)).toBe(
      body(insert('note!a', text), remove('note!b').replace('*', 'W/"1"')),
    )
  })

  it('refuses to send a form that it does not know', () => {
    expect(() => rewriteBody('PUT all of it', [{ rowKey: 'note!a' }])).toThrow('unexpected form')
    expect(() => rewriteBody(body(insert('note!a')), [{ rowKey: 'note!a', deleteIfEtag: 'W/"1"' }])).toThrow(
      'unexpected form',
    )
    expect(() => rewriteBody(body(insert('note!a'), insert('note!b')), [{ rowKey: 'note!a' }])).toThrow(
      'unexpected number',
    )
  })
})
