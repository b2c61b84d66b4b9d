// What a person's call meets at a peer becomes an incident, and what it carries out there closes one; the answer waits for neither.
import { errorTable } from '../error-table.ts'
import type { AppError } from '../errors.ts'
import { type Integration, integrationFacts } from '../integrations.ts'
import type { PeerWatch } from '../peer-client/peer-watch.ts'
import type { Services } from '../services.ts'
import { log, runDetached } from '../telemetry/log.ts'
import type { HttpDefinition } from './http.ts'

export type Met = {
  readonly watch: PeerWatch
  readonly begunAt: Date
  /** Why the call failed. */
  readonly error?: AppError | undefined
  readonly tenantId?: string | undefined
}

/** Returns at once and never throws. */
export const reportOutcome = (definition: HttpDefinition, services: Services, met: Met): void => {
  const { integration, operation, severity } = definition
  if (integration === undefined || operation === undefined) return
  void runDetached(async () => {
    try {
      await report({ integration, operation, severity }, services, met)
    } catch (error) {
      log.error('http.request.not_reported', { function: definition.name, error })
    }
  })
}

type Work = {
  readonly integration: Integration
  readonly operation: string
  readonly severity: 'high' | 'normal' | undefined
}

const report = async (
  { integration, operation, severity = 'normal' }: Work,
  services: Services,
  { watch, begunAt, error, tenantId }: Met,
): Promise<void> => {
  const { peer } = integrationFacts(integration)
  const tools = { store: services.store(), now: services.now }
  const work = { integration, operation, tenantId }
  // What was thrown is among what was met, or comes from us.
  const thrown = error && errorTable[error.code].status >= 500 ? error : undefined
  const swallowed = [...watch.failures.values()].filter((met) => met.peer === peer && met.error.code !== thrown?.code)
  if (thrown || swallowed.length > 0) {
    const { reportFailure } = await import('../incidents/failure-reports.ts')
    if (thrown) reportFailure(tools, { ...work, severity, error: thrown })
    for (const met of swallowed) reportFailure(tools, { ...work, severity, error: met.error })
    return
  }
  const isDone = error === undefined && (peer === undefined || watch.answered.has(peer))
  if (!isDone) return
  const { recordSuccess } = await import('../incidents/success.ts')
  await recordSuccess(tools, { ...work, begunAt })
}
