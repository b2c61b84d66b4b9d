// Records what somebody does through an HTTP function: before it is done, and once more when it came to nothing (R11).
import { randomUUID } from 'node:crypto'
import type { SessionCaller, IntegrationCaller } from '../auth/caller.ts'
import { actorOf } from '../auth/caller.ts'
import { errorTable } from '../error-table.ts'
import { toAppError } from '../errors.ts'
import type { AuditRecord } from '../audit-log/audit-entry.ts'
import type { Services } from '../services.ts'
import { log } from '../telemetry/log.ts'
import { currentTrace } from '../telemetry/trace.ts'
import type { HttpDefinition } from './http.ts'

type Act = {
  readonly caller: SessionCaller | IntegrationCaller
  readonly params: unknown
  readonly body: unknown
  readonly address: string
}

/** @throws what `call` throws; AppError `storage-unavailable` when the act could not be recorded: then nothing is done */
export const audited = async <T>(
  { name, audit: action, actsOn }: HttpDefinition,
  services: Services,
  { caller, params, body, address }: Act,
  call: () => Promise<T>,
): Promise<T> => {
  if (action === undefined) return call()
  const audit = await services.audit()
  const correlationId = currentTrace()?.correlationId
  const subject = Object.values((params ?? {}) as Readonly<Record<string, unknown>>)
    .map(String)
    .join(' ')
    .slice(0, 256)
  const record = {
    action,
    actor: actorOf(caller),
    operation: name,
    address,
    ...(subject !== '' && { subject }),
    facts: { act: randomUUID() },
    ...(correlationId !== undefined && { correlationId }),
  } satisfies Partial<AuditRecord>
  const tenantId = actsOn === undefined ? caller.tenantId : (body as { readonly tenantId: string }).tenantId
  await audit.append(tenantId, { ...record, outcome: 'asked' })
  try {
    return await call()
  } catch (thrown) {
    const { code } = toAppError(thrown)
    const outcome = errorTable[code].status < 500 ? 'refused' : 'failed'
    // What it came to is said to the caller in any case.
    await audit
      .append(tenantId, { ...record, outcome, facts: { ...record.facts, code } })
      .catch((error: unknown) => log.error('audit.outcome.not_recorded', { function: name, outcome, error }))
    throw thrown
  }
}
