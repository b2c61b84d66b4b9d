import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { AppError } from '../../../shared/errors.ts'
import { peerPath } from '../../../shared/peer-client/peer-path.ts'

describe('peerPath', () => {
  it('encodes what could leave its segment', () => {
    expect(peerPath('/v1/tickets/:id/notes', { id: 'a/../b?c#d%2e é' })).toBe(
      '/v1/tickets/a%2F..%2Fb%3Fc%23d%252e%20%C3%A9/notes',
    )
  })

  it.each(['', '.', '..', '\uD800'])('refuses the id "%s", which no path can hold', (id) => {
    expect(() => peerPath('/v1/tickets/:id', { id })).toThrow(AppError)
    expect(() => peerPath('/v1/tickets/:id/notes', { id })).toThrow(AppError)
  })

  it('keeps any id in its own segment, and gives it back', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 1 }), (id) => {
        fc.pre(id !== '.' && id !== '..')
        const { pathname, search, hash } = new URL(`http://peer.test${peerPath('/v1/tickets/:id/notes', { id })}`)
        const [, , , segment, rest, ...more] = pathname.split('/')
        expect({ id: decodeURIComponent(segment ?? ''), rest, more, search, hash }).toEqual({
          id,
          rest: 'notes',
          more: [],
          search: '',
          hash: '',
        })
      }),
    )
  })
})
