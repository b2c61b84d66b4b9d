// Organizations and repositories as people look through them.
import type * as z from 'zod'
import type { Store } from '../../../shared/store/store.ts'
import type { ListedOrganization, ListedRepository, OrganizationQuery, RepositoryQuery } from './contract.ts'
import { type OrganizationRow, type RepositoryRow, sourceTable } from './source-table.ts'

/** One page, in the order of their ids. */
export const listOrganizations = async (
  store: Store,
  tenantId: string,
  { isConnected, limit, cursor }: z.output<typeof OrganizationQuery>,
): Promise<{ readonly organizations: ListedOrganization[]; readonly nextCursor?: string }> => {
  const { rows, nextCursor } = await store.open(sourceTable).organization.list({ tenantId }, { limit, cursor })
  const organizations = rows
    .map(({ value }) => value)
    .filter((organization) => isConnected === undefined || organization.isConnected === (isConnected === 'true'))
  return { organizations: organizations.map(listedOrganization), ...(nextCursor !== undefined && { nextCursor }) }
}

const listedOrganization = ({
  orgId,
  provider,
  orgLogin,
  repoCount,
  isConnected,
  connectedAt,
  activeRepositories,
}: OrganizationRow): ListedOrganization => ({
  orgId,
  provider,
  orgLogin,
  repoCount,
  isConnected,
  connectedAt,
  activeRepositories,
})

/** One page, in the order of their ids. */
export const listRepositories = async (
  store: Store,
  tenantId: string,
  { organizationId, state, limit, cursor }: z.output<typeof RepositoryQuery>,
): Promise<{ readonly repositories: ListedRepository[]; readonly nextCursor?: string }> => {
  const { rows, nextCursor } = await store.open(sourceTable).repository.list({ tenantId }, { limit, cursor })
  const repositories = rows
    .map(({ value }) => value)
    .filter(({ orgId }) => organizationId === undefined || orgId === organizationId)
    .filter(({ isArchived }) => state === 'all' || isArchived === (state === 'archived'))
  return { repositories: repositories.map(listedRepository), ...(nextCursor !== undefined && { nextCursor }) }
}

const listedRepository = ({
  repositoryId,
  orgId,
  name,
  isArchived,
  discoveredAt,
  seenAt,
}: RepositoryRow): ListedRepository => ({
  repositoryId,
  orgId,
  name,
  archived: isArchived,
  discoveredAt,
  seenAt,
})
