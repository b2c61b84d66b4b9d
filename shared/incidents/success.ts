// Closes incidents: work that succeeds ends what failures of the same integration and operation opened.
import type { ErrorCode } from '../error-table.ts'
import type { Integration } from '../integrations.ts'
import type { Store } from '../store/store.ts'
import { log } from '../telemetry/log.ts'
import { recoverIncident } from './incident-life.ts'
import { ownerOfTenant, platform } from './incident-owner.ts'
import { forgetOpenIncidents, openIncidentsOf } from './open-incidents.ts'

export type Success = {
  readonly integration: Integration
  readonly operation: string
  /** Whose work it was. Incidents of the platform are closed as well. */
  readonly tenantId?: string | undefined
  /** When the work began: a failure seen after that is not undone by it. */
  readonly begunAt: Date
  /** Of work that was tried again until it succeeded: its own failures are undone by it, whenever they were seen. */
  readonly correlationId?: string | undefined
  /** Where one step of the work has succeeded: the cause that it had failed with. Of the other causes that tells nothing. */
  readonly code?: ErrorCode | undefined
}

type Tools = { readonly store: Store; readonly now: () => Date }

/**
 * Repeating it changes nothing, and without an open incident it writes nothing. It never throws: what could not be closed is logged, and
 * closed by the next success.
 */
export const recordSuccess = async (tools: Tools, success: Success): Promise<void> => {
  const { integration, operation, tenantId } = success
  const owners = tenantId === undefined ? [platform] : [platform, ownerOfTenant(tenantId)]
  try {
    for (const owner of owners)
      for (const incidentId of await openIncidentsOf(tools.store, owner, success)) {
        await recoverIncident(tools, { owner, incidentId }, success)
        forgetOpenIncidents(tools.store, owner)
      }
  } catch (error) {
    log.error('incident.not_closed', { integration, operation, tenantId, error })
  }
}
