// Backups of repositories that were asked for (CODE-8): each job is an event once.
import { newEvent } from '../../../shared/bus/event.ts'
import { retryOnConflict } from '../../../shared/store/retry-on-conflict.ts'
import type { Backup, BackupDraft } from './contract.ts'
import { requireRepository } from './known-repository.ts'
import { type Sources, commitSources, openSources, refuseReuse } from './source-change.ts'

/** @throws AppError `idempotency-key-reused` when the job is known for another repository or organization, and as `requireRepository` does */
export const requestBackup = (sources: Sources, jobId: string, draft: BackupDraft): Promise<Backup> =>
  retryOnConflict(async () => {
    const { tenantId } = sources
    const { repositoryId, organizationId } = draft
    const rows = openSources(sources)
    const known = (await rows.backup.get({ tenantId, jobId }))?.value
    if (known) {
      if (known.repositoryId !== repositoryId || known.organizationId !== organizationId) refuseReuse('The backup job')
      return { jobId, repositoryId, organizationId, requestedAt: known.requestedAt }
    }
    await requireRepository(sources, { repositoryId, organizationId })
    const now = sources.now()
    const backup = { jobId, repositoryId, organizationId, requestedAt: now.toISOString() }
    const event = newEvent({
      type: 'code.backup.requested',
      tenantId,
      subject: jobId,
      data: { job_id: jobId, repo_id: repositoryId, org_id: organizationId },
      now,
    })
    await commitSources(sources, [rows.backup.toInsert({ tenantId, ...backup })], [event])
    return backup
  })
