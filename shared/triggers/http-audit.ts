// Records what somebody does through an HTTP function: before it is done, and once more when it came to nothing (R11).
import { randomUUID } from 'node:crypto'
import type { AuditRecord } from '../audit-log/audit-entry.ts'
import { type IntegrationCaller, type SessionCaller, actorOf } from '../auth/caller.ts'
import { errorTable } from '../error-table.ts'
import { toAppError } from '../errors.ts'
import type { Services } from '../services.ts'
import { log } from '../telemetry/log.ts'
import type { HttpDefinition } from './http.ts'

type Act = {
  readonly caller: SessionCaller | IntegrationCaller
  readonly params: unknown
  readonly body: unknown
  readonly address: string
}

/** @throws what `call` throws; AppError `storage-unavailable` when the act could not be recorded: then nothing is done */
export const audited = async <T>(
  definition: HttpDefinition,
  services: Services,
  act: Act,
  call: () => Promise<T>,
): Promise<T> => {
  if (definition.audit === undefined) return call()
  const audit = await services.audit()
  const { tenantId, ...record } = recordOf(definition, definition.audit, act)
  await audit.append(tenantId, { ...record, outcome: 'asked' })
  try {
    return await call()
  } catch (thrown) {
    const { code } = toAppError(thrown)
    const outcome = errorTable[code].status < 500 ? 'refused' : 'failed'
    // What it came to is said to the caller in any case.
    await audit
      .append(tenantId, { ...record, outcome, facts: { ...record.facts, code } })
      .catch((error: unknown) => log.error('audit.outcome.not_recorded', { function: definition.name, outcome, error }))
    throw thrown
  }
}

const recordOf = (
  { name, actsOn, auditFacts = [] }: HttpDefinition,
  action: AuditRecord['action'],
  { caller, params, body, address }: Act,
) => {
  const subject = Object.values(membersOf(params)).map(String).join(' ').slice(0, 256)
  const given = membersOf(body)
  const facts = auditFacts.flatMap((fact) =>
    given[fact] === undefined ? [] : [[fact, String(given[fact]).slice(0, 512)]],
  )
  return {
    tenantId: actsOn === undefined ? caller.tenantId : String(given['tenantId']),
    action,
    actor: actorOf(caller),
    operation: name,
    address,
    ...(subject !== '' && { subject }),
    // Both entries of one act have the same.
    facts: { act: randomUUID(), ...(Object.fromEntries(facts) as Record<string, string>) },
  }
}

const membersOf = (value: unknown): Readonly<Record<string, string | number | readonly string[] | undefined>> =>
  (value ?? {}) as Readonly<Record<string, string>>
