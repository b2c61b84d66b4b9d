// Records what somebody does through an HTTP function: before it is done, and once more when it came to nothing or made something (R11).
import { randomUUID } from 'node:crypto'
import type { AuditRecord } from '../audit-log/audit-entry.ts'
import { type IntegrationCaller, type SessionCaller, actorOf } from '../auth/caller.ts'
import { errorTable } from '../error-table.ts'
import { toAppError } from '../errors.ts'
import type { Services } from '../services.ts'
import { log } from '../telemetry/log.ts'
import type { EventsReply, HttpDefinition, Reply } from './http.ts'
import { isEventsReply } from './http-events.ts'

type Act = {
  readonly caller: SessionCaller | IntegrationCaller
  readonly params: unknown
  readonly body: unknown
  readonly address: string
}

/** @throws what `call` throws; AppError `storage-unavailable` when the act could not be recorded: then nothing is done */
export const audited = async (
  definition: HttpDefinition,
  services: Services,
  act: Act,
  call: () => Promise<Reply | EventsReply>,
): Promise<Reply | EventsReply> => {
  if (definition.audit === undefined || (definition.auditsPeopleAlone && act.caller.kind !== 'session')) return call()
  const tenantId = tenantOf(definition, act)
  if (definition.actsOn !== undefined) await requireOrganization(services, tenantId)
  const audit = await services.audit()
  const record = recordOf(definition, definition.audit, act)
  await audit.append(tenantId, { ...record, outcome: 'asked' })
  // What it came to is said to the caller in any case.
  const recordEnd = (outcome: AuditRecord['outcome'], facts: Readonly<Record<string, string>>): Promise<void> =>
    audit
      .append(tenantId, { ...record, outcome, facts: { ...record.facts, ...facts } })
      .catch((error: unknown) => log.error('audit.outcome.not_recorded', { function: definition.name, outcome, error }))
  const recordFailure = async (thrown: unknown): Promise<never> => {
    const { code } = toAppError(thrown)
    await recordEnd(errorTable[code].status < 500 ? 'refused' : 'failed', { code })
    throw thrown
  }
  const reply = await call().catch(recordFailure)
  if (isEventsReply(reply)) return { ...reply, events: recorded(reply.events, recordFailure) }
  if (reply.made) await recordEnd('done', reply.made)
  return reply
}

/** A stream comes to its end after the reply. */
async function* recorded<T>(
  events: AsyncIterable<T>,
  onFailure: (thrown: unknown) => Promise<never>,
): AsyncGenerator<T> {
  try {
    yield* events
  } catch (thrown) {
    await onFailure(thrown)
  }
}

/** One that nobody has gets no log. Of one that has a log Hub is not asked: it may be away, or have it no longer. */
const requireOrganization = async (services: Services, tenantId: string): Promise<void> => {
  const { auditedTenantTable, bucketOfAudited } = await import('../audit-log/audit-table.ts')
  const known = await services
    .store()
    .open(auditedTenantTable)
    .tenant.get({ bucket: bucketOfAudited(tenantId), tenantId })
  if (!known) await (await services.tenants()).requireTenant(tenantId)
}

const tenantOf = ({ actsOn }: HttpDefinition, { caller, params, body }: Act): string => {
  if (actsOn === undefined) return caller.tenantId
  return String(membersOf(actsOn === 'organization in body' ? body : params)['tenantId'])
}

const recordOf = (
  { name, auditFacts = [] }: HttpDefinition,
  action: AuditRecord['action'],
  { caller, params, body, address }: Act,
) => {
  const subjects = Object.values(membersOf(params)).flatMap((id) =>
    id === undefined ? [] : [String(id).slice(0, 256)],
  )
  const given = membersOf(body)
  const facts = auditFacts.flatMap((fact) =>
    given[fact] === undefined ? [] : [[fact, String(given[fact]).slice(0, 512)]],
  )
  return {
    action,
    actor: actorOf(caller),
    operation: name,
    address,
    ...(subjects.length > 0 && { subjects }),
    // All entries of one act have the same.
    facts: { act: randomUUID(), ...(Object.fromEntries(facts) as Record<string, string>) },
  }
}

const membersOf = (value: unknown): Readonly<Record<string, string | number | readonly string[] | undefined>> =>
  (value ?? {}) as Readonly<Record<string, string>>
