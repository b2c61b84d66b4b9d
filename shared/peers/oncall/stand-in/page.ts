// The alerts of the On-Call stand-in.
import { htmlTable } from '../../../../local/stand-ins/html.ts'
import type { Answer } from '../../../../local/stand-ins/http-exchange.ts'
import { plainPage } from '../../../../local/stand-ins/peer-page.ts'
import type { StoredAlert } from './state.ts'

/** @param alerts newest last */
export const onCallPage = (alerts: readonly StoredAlert[]): Answer =>
  plainPage(
    'The One On-Call',
    'Alerts',
    htmlTable({
      heads: ['State', 'Urgency', 'Title', 'Taken by', 'Tenant', 'Since'],
      rows: alerts
        .toReversed()
        .map(({ state, urgency, draft, acknowledgedBy, tenantId, createdAt }) => [
          state,
          urgency,
          draft.title,
          acknowledgedBy ?? '',
          tenantId,
          createdAt,
        ]),
      none: 'Nobody has been called.',
      rowsMax: 100,
    }),
    'td { overflow-wrap: anywhere }\n',
  )
