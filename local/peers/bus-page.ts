// Shows the last events of the Bus stand-in to the person at the laptop.
import type { ShownEvent } from './bus-log.ts'
import { escapeHtml, htmlTable } from './html.ts'
import type { Answer } from './http-exchange.ts'
import { plainPage } from './peer-page.ts'

/** @param events newest last */
export const busPage = (events: readonly ShownEvent[]): Answer =>
  plainPage(
    'The One Bus',
    'Events',
    htmlTable({
      heads: ['Type', 'Publisher', 'Tenant', 'Time', 'Id', 'Accepted', 'Data'],
      rows: events
        .toReversed()
        .map(({ type, publisher, tenantId, time, id, accepted, data }) => [
          type,
          publisher,
          tenantId,
          time ?? 'none',
          id,
          String(accepted),
          dataOf(data),
        ]),
      none: 'No events since the bus was started.',
    }),
  )

const dataOf = (data: unknown): { readonly html: string } => ({
  html: `<details><summary>show</summary><pre>${escapeHtml(JSON.stringify(data, undefined, 2) ?? 'none')}</pre></details>`,
})
