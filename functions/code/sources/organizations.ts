// Organizations of a source control that a tenant has connected (CODE-8).
import { newEvent } from '../../../shared/bus/event.ts'
import { AppError } from '../../../shared/errors.ts'
import { retryOnConflict } from '../../../shared/store/retry-on-conflict.ts'
import type { Organization, OrganizationDraft } from './contract.ts'
import { markTenant } from '../cmdb/profile-table.ts'
import { begun, ended } from './day-ranges.ts'
import { beginCountChange } from './repository-count.ts'
import { type Sources, commitSources, openSources } from './source-change.ts'

/** Connects it, or stores what has changed of one that is connected. Only becoming connected is an event. */
export const connectOrganization = (
  sources: Sources,
  orgId: string,
  draft: OrganizationDraft,
): Promise<{ readonly organization: Organization; readonly isNew: boolean }> =>
  retryOnConflict(async () => {
    const { tenantId } = sources
    const rows = openSources(sources)
    const before = await rows.organization.get({ tenantId, orgId })
    if (before?.value.isConnected) {
      const { provider, orgLogin, repoCount, connectedAt } = before.value
      if (provider !== draft.provider) throw anotherProvider(provider)
      if (orgLogin !== draft.orgLogin || repoCount !== draft.repoCount)
        await rows.organization.update(before, { ...before.value, ...draft })
      return { organization: { orgId, ...draft, connectedAt }, isNew: false }
    }
    const now = sources.now()
    const { activeRepositories = 0, connectedDays = [] } = before?.value ?? {}
    const count = await beginCountChange(sources)
    const row = {
      tenantId,
      orgId,
      ...draft,
      isConnected: true,
      connectedAt: now.toISOString(),
      activeRepositories,
      connectedDays: [...begun(connectedDays, count.day)],
    }
    const event = newEvent({
      type: 'code.org.connected',
      tenantId,
      subject: orgId,
      data: { org_id: orgId, provider: draft.provider, org_login: draft.orgLogin, repo_count: draft.repoCount },
      now,
    })
    const operation = before ? rows.organization.toUpdate(before, row) : rows.organization.toInsert(row)
    await markTenant(sources, tenantId)
    await commitSources(sources, [operation, ...(await count.by(activeRepositories))], [event])
    return { organization: { orgId, ...draft, connectedAt: row.connectedAt }, isNew: true }
  })

/** The same id at two providers would be two organizations in one row. */
const anotherProvider = (provider: string): AppError =>
  new AppError('validation-failed', 'The organization is connected to another provider. Disconnect it first.', {
    details: { errors: [{ path: 'body.provider', message: `must be ${provider} while it is connected` }] },
  })

/** Repeating it changes nothing. @throws AppError `not-found` for one that was never connected */
export const disconnectOrganization = (sources: Sources, orgId: string): Promise<void> =>
  retryOnConflict(async () => {
    const { tenantId } = sources
    const rows = openSources(sources)
    const before = await rows.organization.get({ tenantId, orgId })
    if (!before) throw new AppError('not-found', 'The organization was never connected.')
    const { isConnected, provider, orgLogin, activeRepositories, connectedDays } = before.value
    if (!isConnected) return
    const event = newEvent({
      type: 'code.org.disconnected',
      tenantId,
      subject: orgId,
      data: { org_id: orgId, provider, org_login: orgLogin },
      now: sources.now(),
    })
    const count = await beginCountChange(sources)
    const row = { ...before.value, isConnected: false, connectedDays: [...ended(connectedDays, count.day)] }
    const operation = rows.organization.toUpdate(before, row)
    // The next sync to CMDB sees that the organization is gone, and retires its assets.
    await markTenant(sources, tenantId)
    await commitSources(sources, [operation, ...(await count.by(-activeRepositories))], [event])
  })
