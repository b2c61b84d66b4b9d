// Records what somebody does through an HTTP function: before it is done, and once more when it came to nothing or made something (R11).
import { randomUUID } from 'node:crypto'
import { actingAs } from '../audit-log/acting.ts'
import type { AuditRecord } from '../audit-log/audit-entry.ts'
import { platformLog } from '../audit-log/platform-log.ts'
import { type KnownCaller, actorOf, tenantOf } from '../auth/caller.ts'
import { errorTable } from '../error-table.ts'
import { toAppError } from '../errors.ts'
import type { Services } from '../services.ts'
import { log } from '../telemetry/log.ts'
import type { EventsReply, HttpDefinition, Reply } from './http.ts'
import { isEventsReply } from './http-events.ts'

type Act = {
  readonly caller: KnownCaller
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
  const action = act.caller.kind === 'operator' ? 'operator.acted' : definition.audit
  if (action === undefined || (definition.auditsPeopleAlone && act.caller.kind !== 'session')) return call()
  const tenantId = await logOf(services, act)
  const audit = await services.audit()
  const record = recordOf(definition, action, act)
  const asked = audit.append(tenantId, { ...record, outcome: 'asked' })
  // Whoever waits for it is told.
  asked.catch(() => {})
  if (!definition.auditsBeside) await asked
  // What it came to is said to the caller in any case.
  const recordEnd = (outcome: AuditRecord['outcome'], facts: Readonly<Record<string, string>>): Promise<void> =>
    audit
      .append(tenantId, { ...record, outcome, facts: { ...record.facts, ...facts } })
      .catch((error: unknown) => log.error('audit.outcome.not_recorded', { function: definition.name, outcome, error }))
  const recordFailure = async (thrown: unknown): Promise<never> => {
    await asked
    const { code } = toAppError(thrown)
    await recordEnd(errorTable[code].status < 500 ? 'refused' : 'failed', { code })
    throw thrown
  }
  const reply = await actingAs(record.actor, call, asked).catch(recordFailure)
  await asked
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

/** An operator without an access names an organization in the path only to open one, or to end it. */
const logOf = async (services: Services, { caller, params }: Act): Promise<string> => {
  const own = tenantOf(caller)
  const named = membersOf(params)['tenantId']
  if (own !== undefined || typeof named !== 'string') return own ?? platformLog
  await requireOrganization(services, named)
  return named
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

const recordOf = (
  { name, auditFacts = [] }: HttpDefinition,
  action: AuditRecord['action'],
  { caller, params, body, address }: Act,
) => {
  const { tenantId: _, ...ids } = membersOf(params)
  const subjects = Object.values(ids).flatMap((id) => (id === undefined ? [] : [String(id).slice(0, 256)]))
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
    facts: { act: randomUUID(), ...accessFacts(caller), ...(Object.fromEntries(facts) as Record<string, string>) },
  }
}

/** Under which operator access, and why it was opened. */
const accessFacts = (caller: KnownCaller): Readonly<Record<string, string>> =>
  caller.kind === 'operator' ? { access: caller.accessId, reason: caller.reason } : {}

const membersOf = (value: unknown): Readonly<Record<string, string | number | readonly string[] | undefined>> =>
  (value ?? {}) as Readonly<Record<string, string>>
