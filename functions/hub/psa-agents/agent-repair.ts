// The nightly comparison of Hub's users with PSA's agents, tenant by tenant: it mends what no event told us.
import * as z from 'zod'
import { currentActor } from '../../../shared/audit-log/acting.ts'
import { type AppError, isAppError } from '../../../shared/errors.ts'
import { keptApart } from '../../../shared/incidents/kept-apart.ts'
import { recordSuccess } from '../../../shared/incidents/success.ts'
import type { ReadHubOrganization, ReadHubUser } from '../../../shared/peers/hub/answers.ts'
import { isSuspended } from '../../../shared/peers/hub/vocabulary.ts'
import type { ReadPsaAgent } from '../../../shared/peers/psa/agent-answers.ts'
import type { PsaAgentDraft } from '../../../shared/peers/psa/agent-contract.ts'
import { unknownValue } from '../../../shared/schema/reading.ts'
import type { Services } from '../../../shared/services.ts'
import { rowKind, table } from '../../../shared/store/table.ts'
import { log } from '../../../shared/telemetry/log.ts'
import { agentOf, differs, hadOtherAccess, withoutUser } from './agent.ts'
import { type AgentTools, putAgent } from './agent-sync.ts'

/** How far a run got that had to stop: the next one goes on from there. */
export const agentRepairTable = table('hubAgentRepairs', {
  progress: rowKind({
    schema: z.strictObject({ job: z.literal('repair'), cursor: z.string() }),
    partition: ['job'],
    key: [],
    keepFor: { days: 7 },
    dataOf: { nobody: 'How far a walk over all organizations got' },
  }),
})

const job = 'repair'
const repairWork = { integration: 'hub→psa', operation: 'repair PSA agents' } as const

type Counts = { tenants: number; failed: number; repaired: number }

/** @param signal aborted when the run has to stop */
export const repairAllAgents = async (services: Services, signal: AbortSignal): Promise<void> => {
  const tools = { hub: await services.hub(), psa: await services.psa(), store: services.store(), now: services.now }
  const progress = tools.store.open(agentRepairTable).progress
  const counts: Counts = { tenants: 0, failed: 0, repaired: 0 }
  let cursor = (await progress.get({ job }))?.value.cursor
  do {
    const page = await tools.hub.listOrganizations({ cursor, limit: 20 })
    for (const organization of page.organizations) {
      if (signal.aborted) return
      await repairOrReport(services, tools, organization, counts, signal)
    }
    cursor = page.nextCursor
    if (cursor === undefined) await progress.delete({ job })
    else await progress.upsert({ job, cursor })
  } while (cursor !== undefined)
  log.info('hub.psa_agents.repaired', counts)
}

/** One tenant that fails keeps none of the others from being repaired. */
const repairOrReport = async (
  services: Services,
  tools: AgentTools,
  organization: ReadHubOrganization,
  counts: Counts,
  signal: AbortSignal,
): Promise<void> => {
  counts.tenants += 1
  const names = { ...repairWork, tenantId: organization.id }
  const outcome = await keptApart(tools, { ...names, event: 'hub.psa_agents.repair_failed' }, async () => {
    const begunAt = tools.now()
    counts.repaired += await repairTenant(services, tools, organization, signal)
    await recordSuccess(tools, { ...names, begunAt })
  })
  if (outcome === undefined) counts.failed += 1
}

/**
 * Agents as Hub has the users now; the sessions of a suspended organization end. One whom PSA will not have as an agent keeps none of the
 * others: the refusal is thrown when all have had their turn.
 * @returns how many agents were changed
 */
export const repairTenant = async (
  services: Services,
  tools: AgentTools,
  organization: ReadHubOrganization,
  signal: AbortSignal,
): Promise<number> => {
  if (isSuspended(organization)) {
    await recordEnd(services, organization.id, `organization:${organization.id}`)
    await (await services.sessions()).cutoffs.cutOffTenant(organization.id, tools.now())
  }
  const refusals: AppError[] = []
  const mend: Mend = async (of) => {
    try {
      await repair(services, tools, { tenantId: organization.id, ...of })
      return 1
    } catch (error) {
      if (!isAppError(error, 'validation-failed', 'peer-rejected')) throw error
      log.error('hub.psa_agents.refused', { tenantId: organization.id, userId: of.userId, error })
      refusals.push(error)
      return 0
    }
  }
  const repaired =
    (await repairUsers(tools, organization, mend, signal)) + (await repairLeftovers(tools, organization, mend, signal))
  if (refusals[0]) throw refusals[0]
  return repaired
}

/** @returns how many agents it changed: one, or none because PSA refused */
type Mend = (of: Omit<Repair, 'tenantId'>) => Promise<number>

/** Those whom Hub knows. */
const repairUsers = async (
  tools: AgentTools,
  organization: ReadHubOrganization,
  mend: Mend,
  signal: AbortSignal,
): Promise<number> => {
  const { hub, psa } = tools
  let repaired = 0
  let cursor: string | undefined
  do {
    const page = await hub.listUsers(organization.id, { cursor, limit: 100 })
    const agents = await psa.getAgents(
      organization.id,
      page.users.map(({ id }) => id),
    )
    const byId = new Map(agents.map((agent) => [agent.identity, agent]))
    for (const user of page.users) {
      const agent = byId.get(user.id)
      const wanted = agentOf(user, organization, agent)
      if (!differs(wanted, agent)) continue
      repaired += await mend({ userId: user.id, user, wanted, agent })
    }
    cursor = page.nextCursor
  } while (cursor !== undefined && !signal.aborted)
  return repaired
}

/** Agents who are active though Hub no longer knows them. */
const repairLeftovers = async (
  tools: AgentTools,
  { id: tenantId }: ReadHubOrganization,
  mend: Mend,
  signal: AbortSignal,
): Promise<number> => {
  const { hub, psa } = tools
  let repaired = 0
  let cursor: string | undefined
  do {
    const page = await psa.listAgents(tenantId, { cursor, limit: 100 })
    const active = page.agents.filter((agent) => agent.active)
    const users = await hub.getUsers(
      tenantId,
      active.map(({ identity }) => identity),
    )
    const known = new Set(users.map(({ id }) => id))
    for (const agent of active.filter(({ identity }) => !known.has(identity))) {
      repaired += await mend({ userId: agent.identity, user: undefined, wanted: withoutUser(agent), agent })
    }
    cursor = page.nextCursor
  } while (cursor !== undefined && !signal.aborted)
  return repaired
}

/** Before access ends; each time that it does. */
const recordEnd = async (services: Services, tenantId: string, subject: string): Promise<void> =>
  (await services.audit()).append(tenantId, {
    action: 'access.changed',
    outcome: 'asked',
    actor: currentActor(),
    subjects: [subject],
    operation: 'repair PSA agents',
  })

type Repair = {
  readonly tenantId: string
  readonly userId: string
  /** Undefined for somebody whom Hub no longer knows. */
  readonly user: ReadHubUser | undefined
  readonly wanted: PsaAgentDraft
  readonly agent: ReadPsaAgent | undefined
}

const repair = async (
  services: Services,
  tools: AgentTools,
  { tenantId, userId, user, wanted, agent }: Repair,
): Promise<void> => {
  await putAgent(tools, tenantId, userId, wanted)
  // The event that was missed would have ended the sessions too.
  if (!hadOtherAccess(wanted, agent, user)) return
  await recordEnd(services, tenantId, `user:${userId}`)
  const { cutoffs } = await services.sessions()
  const isLost = user?.status !== 'active'
  const role = user?.orgRole === unknownValue ? undefined : user?.orgRole
  await cutoffs.cutOffUser({ tenantId, userId }, { notBefore: tools.now(), lost: isLost, role })
}
