// Looks for organizations that were suspended or made active again, of which no event tells, and makes sessions and agents follow.
import * as z from 'zod'
import { keptApart } from '../../../shared/incidents/kept-apart.ts'
import { recordSuccess } from '../../../shared/incidents/success.ts'
import type { ReadHubOrganization } from '../../../shared/peers/hub/answers.ts'
import { isSuspended } from '../../../shared/peers/hub/vocabulary.ts'
import type { Services } from '../../../shared/services.ts'
import { rowKind, table } from '../../../shared/store/table.ts'
import { log } from '../../../shared/telemetry/log.ts'
import { repairTenant } from './agent-repair.ts'
import type { AgentTools } from './agent-sync.ts'

/** Organizations whose suspension has been followed. All in one partition: they are few, and each run reads them all. */
export const suspendedTable = table('hubSuspended', {
  organization: rowKind({
    schema: z.strictObject({ job: z.literal('watch'), tenantId: z.string(), suspendedAt: z.iso.datetime() }),
    partition: ['job'],
    key: ['tenantId'],
    keepFor: { days: 400 },
    dataOf: { tenant: ['tenantId'] },
  }),
})

const job = 'watch'
const watchWork = { integration: 'hub→psa', operation: 'follow a suspension' } as const

/** @param signal aborted when the run has to stop: the next one sees what is left */
export const followAllOrganizations = async (services: Services, signal: AbortSignal): Promise<void> => {
  const tools = { hub: await services.hub(), psa: await services.psa(), store: services.store(), now: services.now }
  const suspended = new Set<string>()
  for await (const { value } of tools.store.open(suspendedTable).organization.each({ job }))
    suspended.add(value.tenantId)
  let cursor: string | undefined
  do {
    const page = await tools.hub.listOrganizations({ cursor, limit: 500 })
    for (const organization of page.organizations) {
      if (signal.aborted) return
      if (isSuspended(organization) !== suspended.has(organization.id))
        await followOrReport(services, tools, organization, signal)
    }
    cursor = page.nextCursor
  } while (cursor !== undefined)
}

/** One organization that fails keeps none of the others; it is met again in the next run. */
const followOrReport = async (
  services: Services,
  tools: AgentTools,
  organization: ReadHubOrganization,
  signal: AbortSignal,
): Promise<void> => {
  const { id: tenantId, status } = organization
  const rows = tools.store.open(suspendedTable).organization
  const names = { ...watchWork, tenantId }
  await keptApart(tools, { ...names, event: 'hub.organization.not_followed', facts: { status } }, async () => {
    const begunAt = tools.now()
    await repairTenant(services, tools, organization, signal)
    // Last: what was cut short is done again.
    if (signal.aborted) return
    if (!isSuspended(organization)) await rows.delete({ job, tenantId })
    else await rows.upsert({ job, tenantId, suspendedAt: tools.now().toISOString() })
    await recordSuccess(tools, { ...names, begunAt })
    log.info('hub.organization.followed', { tenantId, status })
  })
}
