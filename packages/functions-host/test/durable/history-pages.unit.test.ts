import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { HistoryEvent } from '../../src/durable/history.ts'
import { noPages, readHistory, turnPage } from '../../src/durable/history-pages.ts'
import { historyRowKey, instanceRowKey, type Row } from '../../src/durable/instance-rows.ts'
import { isLong } from '../../src/durable/kept-text.ts'
import { completed } from './histories.ts'

const partitionKey = 'id'
const withResult = (Result: string): HistoryEvent => ({ ...completed(0), Result }) as HistoryEvent

/** The rows that turns with these events leave, and what was written into pages. */
const rowsAfter = (turns: ReadonlyArray<readonly HistoryEvent[]>) => {
  let { openPage } = noPages
  const pages: Row[] = []
  for (const events of turns) {
    const turned = turnPage(openPage, events)
    openPage = turned.openPage
    if (turned.fullPage === undefined) continue
    const rowKey = historyRowKey('execution', pages.length + 1)
    pages.push({ partitionKey, rowKey, events: turned.fullPage })
  }
  return {
    openPage,
    pages,
    rows: [...pages, { partitionKey, rowKey: instanceRowKey, execution: 'execution', events: openPage }],
  }
}

const readPage = async ({ events }: Row) => ({ text: String(events) })

const turnsOfAnySize = fc.array(
  fc.array(
    fc.oneof(fc.nat(300), fc.nat(20_000)).map((length) => withResult('x'.repeat(length))),
    { maxLength: 4 },
  ),
  { maxLength: 40 },
)

describe('the pages of a history', () => {
  it('hold all events in their order, whatever their sizes are', async () => {
    await fc.assert(
      fc.asyncProperty(turnsOfAnySize, async (turns) => {
        const { rows, pages, openPage } = rowsAfter(turns)
        const read = await readHistory(rows, 'execution', readPage)
        expect(read.history).toEqual(turns.flat())
        expect([read.pages, read.openPage]).toEqual([pages.length, openPage])
        expect(isLong(openPage)).toBe(false)
      }),
      { numRuns: 50 },
    )
  })

  it('are short enough for a row of their own, unless one turn is too long for that', () => {
    const turns = Array.from({ length: 500 }, () => [withResult('x'.repeat(200))])
    const { pages } = rowsAfter(turns)
    expect(pages.length).toBeGreaterThan(5)
    expect(pages.length).toBeLessThan(15)
    expect(pages.some(({ events }) => isLong(String(events)))).toBe(false)
    expect(rowsAfter([[withResult('x'.repeat(20_000))]]).pages).toHaveLength(1)
  })

  it('are those of one execution: what stands in the row of a later one is not read', async () => {
    const { rows } = rowsAfter([[withResult('1')]])
    expect((await readHistory(rows, 'another', readPage)).history).toEqual([])
  })
})
