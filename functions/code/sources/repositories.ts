// Repositories of connected organizations (CODE-8): each is discovered once, and counted while it is not archived (CODE-5).
import type * as z from 'zod'
import { AppError } from '../../../shared/errors.ts'
import type { Row } from '../../../shared/store/entity.ts'
import type { Operation } from '../../../shared/store/operation.ts'
import { isAhead } from '../../../shared/schema/time.ts'
import { retryOnConflict } from '../../../shared/store/retry-on-conflict.ts'
import type { Repository, RepositoryDraft } from './contract.ts'
import { repositoryChange } from './repository-change.ts'
import { beginCountChange } from './repository-count.ts'
import { type Sources, commitSources, openSources } from './source-change.ts'
import type { OrganizationRow, RepositoryRow } from './source-table.ts'

type Discovery = { readonly repository: Repository; readonly isNew: boolean }

/** As it was found. Without `archived` it is archived when it was before. */
type Found = Pick<z.infer<typeof RepositoryDraft>, 'name' | 'archived' | 'seenAt'> & { readonly id: string }

/**
 * One result for each, in their order. A new name or state of a known one is stored without an event, and so is the organization that it
 * has moved to: the one before loses it. What is late changes nothing.
 * @param found at most 45, each id once
 * @throws AppError `not-found` unless the organization is connected, `validation-failed` for one that was seen in the future
 */
export const discoverRepositories = (
  sources: Sources,
  orgId: string,
  found: readonly Found[],
): Promise<readonly Discovery[]> =>
  retryOnConflict(async () => {
    const { tenantId } = sources
    refuseFuture(sources, found)
    const rows = openSources(sources)
    const [organization, count, known] = await Promise.all([
      rows.organization.get({ tenantId, orgId }),
      beginCountChange(sources),
      Promise.all(found.map(({ id }) => rows.repository.get({ tenantId, repositoryId: id }))),
    ])
    if (!organization?.value.isConnected)
      throw new AppError('not-found', 'The organization is not connected. Connect it first.')
    const organizations = await withThoseBefore(sources, organization, known)
    const discovery = { sources, organization: organization.value, day: count.day, now: sources.now() }
    const changes = found.map((one, index) => repositoryChange(discovery, one, known[index]))
    const counts = countChanges(sources, organizations, changes)
    const operations = [
      ...changes.flatMap((change) => change.operations),
      ...counts.operations,
      ...(counts.operations.length > 0 ? await count.by(counts.delta) : []),
    ]
    const events = changes.flatMap((change) => change.events)
    if (operations.length > 0) await commitSources(sources, operations, events)
    return changes.map(({ repository, isNew }) => ({ repository, isNew }))
  })

/** It would hold against everything that is seen until then. */
const refuseFuture = ({ now }: Sources, found: readonly Found[]): void => {
  const early = found.filter(({ seenAt }) => seenAt !== undefined && isAhead(seenAt, now()))
  if (early.length > 0)
    throw new AppError('validation-failed', `The seenAt of ${early[0]?.id} is in the future.`, {
      details: { errors: [{ path: 'body.seenAt', message: 'must not be in the future' }] },
    })
}

type Organizations = ReadonlyMap<string, Row<OrganizationRow>>

/** The organization with those that lose a repository to it. */
const withThoseBefore = async (
  sources: Sources,
  organization: Row<OrganizationRow>,
  known: readonly (Row<RepositoryRow> | undefined)[],
): Promise<Organizations> => {
  const { tenantId } = sources
  const ids = new Set(known.flatMap((row) => (row ? [row.value.orgId] : [])))
  ids.delete(organization.value.orgId)
  const rows = openSources(sources).organization
  const before = await Promise.all([...ids].map((orgId) => rows.get({ tenantId, orgId })))
  return new Map([organization, ...before.filter((row) => row !== undefined)].map((row) => [row.value.orgId, row]))
}

type Change = ReturnType<typeof repositoryChange>

/** What the changes do to the counts: of each organization, and by how much of all repositories that are active in connected ones. */
const countChanges = (sources: Sources, organizations: Organizations, changes: readonly Change[]) => {
  const rows = openSources(sources).organization
  const deltas = new Map<string, number>()
  for (const { orgId, by } of changes.flatMap((change) => change.counts))
    deltas.set(orgId, (deltas.get(orgId) ?? 0) + by)
  let delta = 0
  const operations: Operation[] = []
  for (const [orgId, by] of deltas) {
    const row = organizations.get(orgId)
    // A move between two organizations changes both, also where the sum stays: the recount sees that they have changed.
    if (!row || by === 0) continue
    if (row.value.isConnected) delta += by
    const activeRepositories = Math.max(0, row.value.activeRepositories + by)
    operations.push(rows.toUpdate(row, { ...row.value, activeRepositories }))
  }
  return { operations, delta }
}

/** @throws AppError `not-found` unless the organization is connected */
export const discoverRepository = async (sources: Sources, orgId: string, found: Found): Promise<Discovery> => {
  const [discovery] = await discoverRepositories(sources, orgId, [found])
  if (!discovery) throw new AppError('internal', 'A repository got no result.')
  return discovery
}
