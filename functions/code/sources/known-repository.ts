// What is reported of a repository is taken only while the repository is known, and its organization connected.
import { AppError } from '../../../shared/errors.ts'
import { type Sources, openSources } from './source-change.ts'

type Reported = {
  readonly repositoryId: string
  /** As the report has it, if it has one. */
  readonly organizationId?: string
}

/**
 * @throws AppError `not-found` for a repository that was never registered, or whose organization is not connected; `validation-failed`
 * when it belongs to another organization than the report says
 */
export const requireRepository = async (
  sources: Sources,
  { repositoryId, organizationId }: Reported,
): Promise<void> => {
  const { tenantId } = sources
  const rows = openSources(sources)
  const repository = (await rows.repository.get({ tenantId, repositoryId }))?.value
  if (!repository)
    throw new AppError(
      'not-found',
      'The repository is unknown. Register it with its organization, then send this again.',
    )
  const { orgId } = repository
  if (organizationId !== undefined && organizationId !== orgId)
    throw new AppError('validation-failed', 'The repository belongs to another organization.', {
      details: { errors: [{ path: 'body.organizationId', message: 'must be the organization of the repository' }] },
    })
  if (!(await rows.organization.get({ tenantId, orgId }))?.value.isConnected)
    throw new AppError('not-found', 'The organization is not connected. Connect it first.')
}
