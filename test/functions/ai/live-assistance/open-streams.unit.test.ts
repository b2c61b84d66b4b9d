import { describe, expect, it } from 'vitest'
import { takeStream } from '../../../../functions/ai/live-assistance/open-streams.ts'

const refusal = { code: 'too-many-requests' }
const taken = (tenantId: string, count: number) =>
  Array.from({ length: count }, (_, index) => takeStream({ tenantId, userId: `user-${index}` }))

describe('streams of calls', () => {
  it('are 50 of one organization at most, whoever opens them, and do not count for another one', () => {
    const open = taken('t-1', 50)
    const next = { tenantId: 't-1', userId: 'user-50' }
    expect(() => takeStream(next)).toThrow(expect.objectContaining(refusal) as Error)
    takeStream({ tenantId: 't-2', userId: 'user-50' })()
    // Given back twice, it is one place all the same.
    for (let time = 0; time < 2; time += 1) open[0]?.()
    const giveBack = takeStream(next)
    expect(() => takeStream({ ...next, userId: 'user-51' })).toThrow(expect.objectContaining(refusal) as Error)
    for (const give of [...open, giveBack]) give()
  })

  it('are three of one person, and those of somebody with the same id in another organization are not theirs', () => {
    const person = { tenantId: 't-1', userId: 'user-1' }
    const open = [1, 2, 3].map(() => takeStream(person))
    expect(() => takeStream(person)).toThrow(expect.objectContaining(refusal) as Error)
    open.push(takeStream({ ...person, tenantId: 't-2' }))
    for (const give of open) give()
    takeStream(person)()
  })
})
