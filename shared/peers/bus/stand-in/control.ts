// The control API of the Bus stand-in: what it took, beside what every stand-in has.
import type { BusLog } from './event-log.ts'
import type { Route } from '../../../../local/stand-ins/http-exchange.ts'
import {
  type Control,
  type FaultsAndCounts,
  controlRoute,
  faultRoutes,
  resetRoute,
} from '../../../../local/stand-ins/stand-in-control.ts'

export const createBusControl = (parts: FaultsAndCounts & { readonly log: BusLog }): readonly Route<Control>[] => {
  const { log } = parts
  return [
    controlRoute('GET', '/_control/events', ({ tenantId }) => ({ status: 200, body: { events: log.list(tenantId) } })),
    ...faultRoutes(parts),
    resetRoute(parts, log.reset),
  ]
}
