// The nightly recount of active repositories: it repairs a count that does not agree with the rows it is made of. Days that are counted
// already keep their figure; the repair is a change of today.
import { isAppError } from '../../../shared/errors.ts'
import type { Services } from '../../../shared/services.ts'
import type { Row } from '../../../shared/store/entity.ts'
import { log } from '../../../shared/telemetry/log.ts'
import { isOpen } from './day-ranges.ts'
import { beginCountChange } from './repository-count.ts'
import { type Sources, commitSources, openSources } from './source-change.ts'
import type { OrganizationRow } from './source-table.ts'
import { walkSourceTenants } from './source-tenants.ts'

const atOnce = 8
const repositoriesPerPage = 1_000

/** @param signal aborted when the run has to stop: the next night goes on */
export const recountRepositories = async (services: Services, signal: AbortSignal): Promise<void> => {
  const counts = { tenants: 0, repaired: 0, failed: 0 }
  const { bus, now } = services
  const store = services.store()
  await walkSourceTenants(store, { job: 'recount', signal, atOnce }, async ({ value: { tenantId } }) => {
    counts.tenants += 1
    try {
      if (await recountTenant({ store, bus, now, tenantId }, signal)) counts.repaired += 1
    } catch (error) {
      // Somebody changed it meanwhile, or storage fails: the next night counts again.
      counts.failed += 1
      log[isAppError(error, 'conflict') ? 'info' : 'error']('code.repositories.recount_failed', { tenantId, error })
    }
  })
  log.info('code.repositories.recounted', counts)
}

/**
 * Every change of what is active changes the rows of the organization and of the count, so a repair is stored only when nothing was
 * changed while it was counted.
 * @returns whether there was anything to repair
 * @throws AppError `conflict` when there was, and something was changed meanwhile
 */
export const recountTenant = async (sources: Sources, signal: AbortSignal): Promise<boolean> => {
  const { tenantId } = sources
  const organizations = openSources(sources).organization
  const isRepaired = await repairOrganizations(sources, signal)
  const before = (await openSources(sources).repositoryCount.get({ tenantId }))?.value.active ?? 0
  const count = await beginCountChange(sources)
  let active = 0
  for await (const { value } of organizations.each({ tenantId }, { signal }))
    if (value.isConnected) active += value.activeRepositories
  if (signal.aborted || active === before) return isRepaired
  await commitSources(sources, await count.by(active - before), [])
  log.warn('code.repositories.count_repaired', { tenantId, before, after: active })
  return true
}

/** What was changed while the repositories were counted has changed the row of its organization: that one is not repaired then. */
const repairOrganizations = async (sources: Sources, signal: AbortSignal): Promise<boolean> => {
  const { tenantId } = sources
  const rows = openSources(sources)
  const organizations: Row<OrganizationRow>[] = []
  for await (const organization of rows.organization.each({ tenantId }, { signal })) organizations.push(organization)
  const counted = new Map<string, number>()
  for await (const { value } of rows.repository.each({ tenantId }, { pageSize: repositoriesPerPage, signal }))
    if (isOpen(value.activeDays)) counted.set(value.orgId, (counted.get(value.orgId) ?? 0) + 1)
  if (signal.aborted) return false
  let isRepaired = false
  for (const organization of organizations) {
    const { orgId, activeRepositories: before } = organization.value
    const activeRepositories = counted.get(orgId) ?? 0
    if (activeRepositories === before) continue
    await rows.organization.update(organization, { ...organization.value, activeRepositories })
    log.warn('code.repositories.organization_count_repaired', { tenantId, orgId, before, after: activeRepositories })
    isRepaired = true
  }
  return isRepaired
}
