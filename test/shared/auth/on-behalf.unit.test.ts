import { describe, expect, it } from 'vitest'
import { personNamed, personOf } from '../../../shared/auth/on-behalf.ts'

const person = { kind: 'session', userId: 'user-1' } as Parameters<typeof personOf>[0]
const product = { kind: 'integration', integration: 'psa→ai' } as Parameters<typeof personOf>[0]

describe('whom a request is for', () => {
  it('is the person who asks, and the one whom a product names', () => {
    expect([personOf(person, undefined, 'body'), personOf(product, 'user-2', 'body')]).toEqual(['user-1', 'user-2'])
    expect([personNamed(person, undefined, 'body'), personNamed(product, undefined, 'body')]).toEqual([
      'user-1',
      undefined,
    ])
  })

  it('is nobody else than the person who asks, not even when they name themselves', () => {
    for (const named of ['user-1', 'user-2'])
      expect(() => personNamed(person, named, 'body')).toThrow(
        expect.objectContaining({
          code: 'validation-failed',
          message: 'A person asks for themselves: leave out userId.',
          details: { errors: [{ path: 'body.userId', message: 'must be left out' }] },
        }) as Error,
      )
  })

  it('has to be named by a product, and the caller is told where', () => {
    expect(() => personOf(product, undefined, 'query')).toThrow(
      expect.objectContaining({
        code: 'validation-failed',
        message: 'A product asks on behalf of a person: name userId.',
        details: { errors: [{ path: 'query.userId', message: 'is missing' }] },
      }) as Error,
    )
  })
})
