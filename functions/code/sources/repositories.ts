// Repositories of connected organizations (CODE-8): each is discovered once, and counted while it is not archived (CODE-5).
import { newEvent } from '../../../shared/bus/event.ts'
import { AppError } from '../../../shared/errors.ts'
import type { Row } from '../../../shared/store/entity.ts'
import { untilUndisturbed } from '../../../shared/store/undisturbed.ts'
import type { Repository } from './contract.ts'
import { begun, ended, isOpen } from './day-ranges.ts'
import { beginCountChange } from './repository-count.ts'
import { type Sources, commitSources, openSources } from './source-change.ts'
import type { OrganizationRow, RepositoryRow } from './source-table.ts'

type Discovery = { readonly repository: Repository; readonly isNew: boolean }

/** As it was found. Without `archived` it is archived when it was before. */
type Found = { readonly id: string; readonly name: string; readonly archived?: boolean | undefined }

/**
 * One result for each, in their order. A new name or state of a known one is stored without an event.
 * @param found at most 45, each id once
 * @throws AppError `not-found` unless the organization is connected
 */
export const discoverRepositories = (
  sources: Sources,
  orgId: string,
  found: readonly Found[],
): Promise<readonly Discovery[]> =>
  untilUndisturbed(async () => {
    const { tenantId } = sources
    const rows = openSources(sources)
    const [organization, count, known] = await Promise.all([
      rows.organization.get({ tenantId, orgId }),
      beginCountChange(sources),
      Promise.all(found.map(({ id }) => rows.repository.get({ tenantId, orgId, repositoryId: id }))),
    ])
    if (!organization?.value.isConnected)
      throw new AppError('not-found', 'The organization is not connected. Connect it first.')
    const discovery = { sources, organization: organization.value, day: count.day, now: sources.now() }
    const changes = found.map((one, index) => changeOf(discovery, one, known[index]))
    const operations = changes.flatMap((change) => change.operations)
    if (changes.some(({ delta }) => delta !== 0)) {
      const delta = changes.reduce((sum, change) => sum + change.delta, 0)
      const activeRepositories = Math.max(0, organization.value.activeRepositories + delta)
      operations.push(
        rows.organization.toUpdate(organization, { ...organization.value, activeRepositories }),
        ...(await count.by(delta)),
      )
    }
    if (operations.length > 0)
      await commitSources(
        sources,
        operations,
        changes.flatMap(({ events }) => events),
      )
    return changes.map(({ repository, isNew }) => ({ repository, isNew }))
  })

type Discovering = {
  readonly sources: Sources
  readonly organization: OrganizationRow
  readonly day: string
  readonly now: Date
}

/** What a repository as it was found changes. `delta` is by how many more repositories are active. */
const changeOf = (
  { sources, organization, day, now }: Discovering,
  { id, name, archived }: Found,
  before: Row<RepositoryRow> | undefined,
) => {
  const { tenantId } = sources
  const { orgId, provider } = organization
  const rows = openSources(sources)
  const { activeDays = [], discoveredAt = now.toISOString(), isArchived: wasArchived = false } = before?.value ?? {}
  const isArchived = archived ?? wasArchived
  const days = isArchived ? ended(activeDays, day) : begun(activeDays, day)
  const row = { tenantId, orgId, repositoryId: id, name, discoveredAt, isArchived, activeDays: [...days] }
  const repository: Repository = { repositoryId: id, orgId, name, archived: isArchived, discoveredAt }
  const delta = Number(isOpen(days)) - Number(isOpen(activeDays))
  if (before) {
    const isSame = before.value.name === name && wasArchived === isArchived && delta === 0
    return {
      repository,
      isNew: false,
      delta,
      operations: isSame ? [] : [rows.repository.toUpdate(before, row)],
      events: [],
    }
  }
  const data = { repo_id: id, org_id: orgId, provider, repo_name: name }
  const event = newEvent({ type: 'code.repo.discovered', tenantId, subject: id, data, now })
  return { repository, isNew: true, delta, operations: [rows.repository.toInsert(row)], events: [event] }
}

/** @throws AppError `not-found` unless the organization is connected */
export const discoverRepository = async (sources: Sources, orgId: string, found: Found): Promise<Discovery> => {
  const [discovery] = await discoverRepositories(sources, orgId, [found])
  if (!discovery) throw new AppError('internal', 'A repository got no result.')
  return discovery
}
