// Shows the records that a stand-in only shows to the suite to the person at the laptop: a list, and each as it is kept.
import { escapeHtml, htmlTable } from './html.ts'
import { type Answer, problem } from './http-exchange.ts'
import { plainPage } from './peer-page.ts'
import type { Views } from './views.ts'

/** Most rows of the table. */
const rowsMax = 500

/** The page for a path, or `undefined` when none has it. */
export const recordPage = (product: string, views: Views, pathname: string): Answer | undefined => {
  const title = `The One ${product}`
  if (pathname === '/') return plainPage(title, 'Records', recordTable(views))
  const of = views.list().filter((record) => new URL(views.urlOf(record)).pathname === pathname)
  if (of.length === 0) return isRecordPath(pathname) ? problem(404, 'There is no such record') : undefined
  const content = of.map(({ tenantId, record }) => {
    const text = escapeHtml(JSON.stringify(record, undefined, 2))
    return `<h2>${escapeHtml(tenantId)}</h2><pre>${text}</pre>`
  })
  return plainPage(title, pathname.slice(1), `<p><a href="/">All records</a></p>${content.join('')}`)
}

const isRecordPath = (pathname: string): boolean => /^\/[a-z]+\/[^/]+$/.test(pathname)

export const recordTable = (views: Views): string =>
  htmlTable({
    heads: ['Kind', 'Record', 'Client', 'Tenant'],
    rows: views
      .list()
      .map((record) => [
        record.kind,
        { html: `<a href="${escapeHtml(views.urlOf(record))}">${escapeHtml(record.id)}</a>` },
        record.clientId ?? 'none',
        record.tenantId,
      ]),
    none: 'No records.',
    rowsMax,
  })
