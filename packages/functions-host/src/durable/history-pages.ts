// The history of an execution in the table: its latest events stand in the instance's row, so that most turns write that one row. When
// they are too long for it they become a page, a row of their own.
import type { HistoryEvent } from './history.ts'
import type { HistoryPages } from './instance.ts'
import { historyPrefix, instanceRowKey, type Row, textOf } from './instance-rows.ts'
import { isLong, type KeptText } from './kept-text.ts'

export const noPages: HistoryPages = { pages: 0, pageRefs: [], openPage: '[]' }

const joined = (one: string, other: string): string => {
  if (one === '[]') return other
  return other === '[]' ? one : `${one.slice(0, -1)},${other.slice(1)}`
}

export type PageTurn = {
  readonly openPage: string
  /** JSON of the page that is full now. */
  readonly fullPage?: string
}

/** A page is short enough for its row, unless the events of one turn alone are too long. */
export const turnPage = (openPage: string, events: readonly HistoryEvent[]): PageTurn => {
  const added = JSON.stringify(events)
  const all = joined(openPage, added)
  if (!isLong(all)) return { openPage: all }
  return isLong(added) ? { openPage: '[]', fullPage: all } : { openPage: added, fullPage: openPage }
}

export type StoredHistory = HistoryPages & {
  readonly history: readonly HistoryEvent[]
  readonly pageRows: readonly Row[]
}

const pageNumber = ({ rowKey }: Row): number => Number(rowKey.slice(rowKey.lastIndexOf('|') + 1))

/**
 * @param rows of the instance, in the order of their keys: its own, and those of the execution's pages
 * @param readPage gives the text of a page
 */
export const readHistory = async (
  rows: readonly Row[],
  executionId: string,
  readPage: (row: Row) => Promise<KeptText | undefined>,
): Promise<StoredHistory> => {
  const pageRows = rows.filter(({ rowKey }) => rowKey.startsWith(historyPrefix(executionId)))
  const instance = rows.find((row) => row.rowKey === instanceRowKey && textOf(row, 'execution') === executionId)
  const openPage = (instance && textOf(instance, 'events')) ?? noPages.openPage
  const history: HistoryEvent[] = []
  const pageRefs: string[] = []
  for (const row of pageRows) {
    const kept = await readPage(row)
    history.push(...(JSON.parse(kept?.text ?? '[]') as HistoryEvent[]))
    if (kept?.ref !== undefined) pageRefs.push(kept.ref)
  }
  history.push(...(JSON.parse(openPage) as HistoryEvent[]))
  const last = pageRows.at(-1)
  return { history, pages: last ? pageNumber(last) : 0, pageRefs, openPage, pageRows }
}
