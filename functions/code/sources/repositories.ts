// Repositories of connected organizations (CODE-8): each is discovered once.
import { newEvent } from '../../../shared/bus/event.ts'
import { AppError } from '../../../shared/errors.ts'
import type { Repository } from './contract.ts'
import { type Sources, commitSources, openSources, untilUndisturbed } from './source-change.ts'

type Discovery = { readonly repository: Repository; readonly isNew: boolean }

/**
 * One result for each, in their order. A new name of a known one is stored without an event.
 * @param found at most 45, each id once
 * @throws AppError `not-found` unless the organization is connected
 */
export const discoverRepositories = (
  sources: Sources,
  orgId: string,
  found: readonly { readonly id: string; readonly name: string }[],
): Promise<readonly Discovery[]> =>
  untilUndisturbed(async () => {
    const { tenantId } = sources
    const rows = openSources(sources)
    const [organization, known] = await Promise.all([
      rows.organization.get({ tenantId, orgId }),
      Promise.all(found.map(({ id }) => rows.repository.get({ tenantId, orgId, repositoryId: id }))),
    ])
    if (!organization?.value.isConnected)
      throw new AppError('not-found', 'The organization in the path is not connected. Connect it first.')
    const { provider } = organization.value
    const now = sources.now()
    const changes = found.map(({ id, name }, index) => {
      const before = known[index]
      const discoveredAt = before?.value.discoveredAt ?? now.toISOString()
      const row = { tenantId, orgId, repositoryId: id, name, discoveredAt }
      const repository: Repository = { repositoryId: id, orgId, name, discoveredAt }
      if (before)
        return {
          repository,
          isNew: false,
          operations: before.value.name === name ? [] : [rows.repository.toUpdate(before, row)],
          events: [],
        }
      const data = { repo_id: id, org_id: orgId, provider, repo_name: name }
      const event = newEvent({ type: 'code.repo.discovered', tenantId, subject: id, data, now })
      return { repository, isNew: true, operations: [rows.repository.toInsert(row)], events: [event] }
    })
    const operations = changes.flatMap((change) => change.operations)
    if (operations.length > 0)
      await commitSources(
        sources,
        operations,
        changes.flatMap(({ events }) => events),
      )
    return changes.map(({ repository, isNew }) => ({ repository, isNew }))
  })

/** @throws AppError `not-found` unless the organization is connected */
export const discoverRepository = async (
  sources: Sources,
  orgId: string,
  found: { readonly id: string; readonly name: string },
): Promise<Discovery> => {
  const [discovery] = await discoverRepositories(sources, orgId, [found])
  if (!discovery) throw new AppError('internal', 'A repository got no result.')
  return discovery
}
