import { describe, expect, it } from 'vitest'
import { fromCursor, toCursor } from '../../../shared/store/cursor.ts'

const tickets = { table: 'tickets', kind: 'ticket' }
const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url')

describe('a cursor', () => {
  it('leads back to the row key that it was made of', () => {
    expect(fromCursor(tickets, toCursor(tickets, 'ticket!a=002Fb'))).toBe('ticket!a=002Fb')
  })

  it.each([
    ['nonsense', '%%%'],
    ['an empty one', ''],
    ['one of another table', toCursor({ table: 'others', kind: 'ticket' }, 'ticket!a')],
    ['one of another kind', toCursor({ table: 'tickets', kind: 'claim' }, 'claim!a')],
    ['one that breaks out of the filter', encode({ ...tickets, after: "x' or RowKey gt '" })],
    ['one with more in it', encode({ ...tickets, after: 'x', tenant: 'y' })],
  ])('is refused when it is %s', (_, cursor) => {
    expect(() => fromCursor(tickets, cursor)).toThrow(
      expect.objectContaining({
        code: 'validation-failed',
        details: { errors: [{ path: 'query.cursor', message: expect.any(String) as string }] },
      }),
    )
  })
})
