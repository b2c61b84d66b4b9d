import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createHeap } from '../src/heap.ts'
import { createReadyList } from '../src/ready-list.ts'

describe('the heap', () => {
  it('gives its items by key, also after some were dropped', () => {
    fc.assert(
      fc.property(fc.array(fc.integer()), fc.integer(), (keys, limit) => {
        const heap = createHeap<number>((key) => key)
        for (const key of keys) heap.push(key)
        heap.retain((key) => key >= limit)
        const left = keys.filter((key) => key >= limit).sort((a, b) => a - b)
        expect(heap.size()).toBe(left.length)
        expect(heap.peek()).toBe(left[0])
        expect(left.map(() => heap.pop())).toEqual(left)
        expect(heap.pop()).toBeUndefined()
      }),
    )
  })
})

describe('the messages that wait', () => {
  it('come by number, whatever comes back and disappears in between', () => {
    const step = fc.constantFrom('new', 'take', 'back', 'vanish')
    fc.assert(
      fc.property(fc.array(step, { maxLength: 300 }), (steps) => {
        const waiting = new Set<number>()
        const list = createReadyList<{ readonly id: number }>(({ id }) => waiting.has(id))
        const taken: number[] = []
        let last = 0
        for (const each of steps) {
          const returned = each === 'back' ? taken.shift() : undefined
          if (each === 'new') last += 1
          const added = each === 'new' ? last : returned
          if (added !== undefined) {
            waiting.add(added)
            list.add({ id: added })
          }
          const first = Math.min(...waiting)
          if (each === 'vanish') waiting.delete(first)
          if (each === 'take') {
            expect(list.take()?.id).toBe(waiting.size === 0 ? undefined : first)
            if (waiting.delete(first)) taken.push(first)
          }
        }
        expect(Array.from({ length: waiting.size }, () => list.take()?.id)).toEqual([...waiting].sort((a, b) => a - b))
        expect(list.peek()).toBeUndefined()
      }),
    )
  })

  it('stay in order over many thousands', () => {
    const list = createReadyList<{ readonly id: number }>(() => true)
    for (let id = 1; id <= 20_000; id += 1) list.add({ id })
    for (let id = 1; id <= 20_000; id += 1) expect(list.take()?.id).toBe(id)
  })
})
