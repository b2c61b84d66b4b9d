// Shows the last events of the Bus stand-in to the person at the laptop.
import { escapeHtml, htmlTable } from '../../../../local/stand-ins/html.ts'
import type { Answer } from '../../../../local/stand-ins/http-exchange.ts'
import { plainPage } from '../../../../local/stand-ins/peer-page.ts'
import type { ShownEvent } from './event-log.ts'

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
