import { randomUUID } from 'node:crypto'
import { describe, expect, inject, it } from 'vitest'
import { filingPending } from '../../../functions/code/tickets/ticket-table.ts'
import { loadConfig } from '../../../shared/config/config.ts'
import { createServices } from '../../../shared/services.ts'
import { markersOf } from '../../support/pending-markers.ts'

const store = createServices(loadConfig(inject('stack').settings)).store()
const longAgo = new Date('2026-01-01T00:00:00Z')

const marked = () => ({ tenantId: `tenant-${randomUUID()}`, ref: randomUUID(), createdAt: longAgo.toISOString() })

const foundBefore = async (before: Date, tenantId: string): Promise<boolean> => {
  for await (const { value } of filingPending.each(store, { before, signal: AbortSignal.timeout(30_000) }))
    if (value.tenantId === tenantId) return true
  return false
}

describe('the marker of work that was begun', () => {
  it('is as old as the last time that somebody took up the work, however old the record is', async () => {
    const record = marked()
    await filingPending.mark(store, record, longAgo)
    expect(await foundBefore(new Date(longAgo.getTime() + 1), record.tenantId)).toBe(true)
    await filingPending.mark(store, record, new Date(longAgo.getTime() + 2))
    expect(await foundBefore(new Date(longAgo.getTime() + 1), record.tenantId)).toBe(false)
    expect(await foundBefore(new Date(longAgo.getTime() + 3), record.tenantId)).toBe(true)
  })

  it('is cleared by whoever marked last alone', async () => {
    const record = marked()
    const [first, second] = [
      await filingPending.mark(store, record, longAgo),
      await filingPending.mark(store, record, longAgo),
    ]
    await filingPending.clear(store, first)
    expect(await markersOf(filingPending, store, record.tenantId)).toHaveLength(1)
    await filingPending.clear(store, second)
    await filingPending.clear(store, second)
    expect(await markersOf(filingPending, store, record.tenantId)).toEqual([])
  })
})
