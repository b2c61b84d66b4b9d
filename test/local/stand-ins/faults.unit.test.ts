import { describe, expect, it } from 'vitest'
import { createFaults } from '../../../local/stand-ins/faults.ts'

const strikesOf = (faults: ReturnType<typeof createFaults>, count: number, tenantId?: string): boolean[] =>
  Array.from({ length: count }, () => faults.take('createTicket', tenantId) !== undefined)

describe('faults of a stand-in', () => {
  it('strike until they are cleared, or as often as they say', () => {
    const faults = createFaults(['createTicket', 'addNote'])
    faults.set([{ kind: 'hang', times: 2 }, { kind: 'status' }])
    expect([1, 2, 3, 4].map(() => faults.take('createTicket', 't1')?.kind)).toEqual([
      'hang',
      'hang',
      'status',
      'status',
    ])
    faults.clear()
    expect(faults.take('createTicket', 't1')).toBeUndefined()
  })

  it('name an operation that there is', () => {
    const { List } = createFaults(['createTicket', 'addNote'])
    expect(List.safeParse([{ kind: 'hang', operation: 'addNote' }]).success).toBe(true)
    expect(List.safeParse([{ kind: 'hang', operation: 'nope' }]).error?.issues).toMatchObject([
      { message: expect.stringContaining('"createTicket"|"addNote"') as string },
    ])
  })

  it('strike only the operation that they name', () => {
    const faults = createFaults(['createTicket', 'addNote'])
    faults.set([{ kind: 'hang', operation: 'addNote', times: 1 }])
    expect(faults.take('createTicket', 't1')).toBeUndefined()
    expect(faults.take('addNote', 't1')?.kind).toBe('hang')
  })

  it('of a tenant leave the others alone, and come before those for everyone', () => {
    const faults = createFaults(['createTicket', 'addNote'])
    faults.set([{ kind: 'hang' }], 't1')
    expect(faults.take('createTicket', 't2')).toBeUndefined()
    expect(faults.take('createTicket', undefined)).toBeUndefined()
    faults.set([{ kind: 'status' }])
    expect(['t1', 't2', undefined].map((tenantId) => faults.take('createTicket', tenantId)?.kind)).toEqual([
      'hang',
      'status',
      'status',
    ])
    faults.clear('t1')
    expect(faults.take('createTicket', 't1')?.kind).toBe('status')
  })

  it('with a probability strike that share of the requests, the same ones for the same seed', () => {
    const run = (seed: number): boolean[] => {
      const faults = createFaults(['createTicket', 'addNote'])
      faults.set([{ kind: 'hang', probability: 0.3, seed }])
      return strikesOf(faults, 1_000)
    }
    const struck = run(7)
    expect(run(7)).toEqual(struck)
    expect(run(8)).not.toEqual(struck)
    expect(struck.filter(Boolean).length).toBeGreaterThan(240)
    expect(struck.filter(Boolean).length).toBeLessThan(360)
  })

  it('in a row strike so many requests together, and let the next one pass, whatever is set beside them', () => {
    const faults = createFaults(['createTicket', 'addNote'])
    faults.set([
      { kind: 'hang', probability: 0.2, seed: 3, inARow: 4 },
      { kind: 'status', probability: 0.2, seed: 4, inARow: 1 },
    ])
    const struck = Array.from({ length: 500 }, () => faults.take('createTicket', 't1')?.kind ?? '.').join(' ')
    const runs = struck.split('.').flatMap((run) => (run.trim() === '' ? [] : [run.trim()]))
    expect(new Set(runs)).toEqual(new Set(['hang hang hang hang', 'status']))
  })

  it('in a row of one operation let others through meanwhile', () => {
    const faults = createFaults(['createTicket', 'addNote'])
    faults.set([{ kind: 'hang', operation: 'addNote', inARow: 2 }])
    const asked = ['addNote', 'createTicket', 'addNote', 'addNote', 'addNote'] as const
    expect(asked.map((operation) => faults.take(operation, 't1')?.kind)).toEqual([
      'hang',
      undefined,
      'hang',
      undefined,
      'hang',
    ])
  })

  it.each([
    [0, false],
    [1, true],
  ])('with probability %d never or always strike', (probability, strikes) => {
    const faults = createFaults(['createTicket', 'addNote'])
    faults.set([{ kind: 'hang', probability }], 't1')
    expect(strikesOf(faults, 50, 't1')).toEqual(Array(50).fill(strikes))
  })

  it('say how often they struck', () => {
    const faults = createFaults(['createTicket', 'addNote'])
    faults.set([{ kind: 'hang', times: 2 }], 't1')
    strikesOf(faults, 5, 't1')
    expect(faults.list('t1')).toEqual([{ fault: { kind: 'hang', times: 2 }, struck: 2 }])
  })

  it.each([
    [{ kind: 'explode' }],
    [{ kind: 'hang', times: 0 }],
    [{ kind: 'hang', probability: 2 }],
    [{ kind: 'hang', sometimes: true }],
    [{ kind: 'status', status: 200 }],
    [{ kind: 'rate-limit', retryAfter: '1\r\nSet-Cookie: a=b' }],
  ])('are refused when they make no sense: %o', (fault) => {
    expect(createFaults(['createTicket']).List.safeParse([fault]).success).toBe(false)
  })
})
