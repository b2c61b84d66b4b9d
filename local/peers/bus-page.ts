// Shows the last events of the Bus stand-in to the person at the laptop.
import type { PublishedEvent } from './bus-log.ts'
import { htmlTable } from './html.ts'
import type { Answer } from './http-exchange.ts'
import { plainPage } from './peer-page.ts'

/** @param events newest last */
export const busPage = (events: readonly PublishedEvent[]): Answer =>
  plainPage(
    'The One Bus',
    'Events',
    htmlTable({
      heads: ['Type', 'Publisher', 'Tenant', 'Time', 'Id', 'Accepted'],
      rows: events
        .toReversed()
        .map(({ type, publisher, tenantId, time, id, accepted }) => [
          type,
          publisher,
          tenantId,
          time ?? 'none',
          id,
          String(accepted),
        ]),
      none: 'No events since the bus was started.',
    }),
  )
