// Documentation of repositories that was generated or refreshed (CODE-8): each run and each refresh is an event once.
import { newEvent } from '../../../shared/bus/event.ts'
import { retryOnConflict } from '../../../shared/store/retry-on-conflict.ts'
import type { DocumentationRun, Refresh } from './contract.ts'
import { requireRepository } from './known-repository.ts'
import { type Sources, commitSources, openSources, refuseReuse } from './source-change.ts'

type Run = Pick<DocumentationRun, 'repositoryId' | 'runId' | 'documentCount'>

/** @throws AppError `idempotency-key-reused` when the run is known with another count, and as `requireRepository` does */
export const recordDocumentationRun = (
  sources: Sources,
  { repositoryId, runId, documentCount }: Run,
): Promise<{ readonly run: DocumentationRun; readonly isNew: boolean }> =>
  retryOnConflict(async () => {
    const { tenantId } = sources
    const rows = openSources(sources)
    const known = (await rows.documentationRun.get({ tenantId, repositoryId, runId }))?.value
    if (known) {
      if (known.documentCount !== documentCount) refuseReuse('The documentation run')
      return { run: { repositoryId, runId, documentCount, generatedAt: known.generatedAt }, isNew: false }
    }
    await requireRepository(sources, { repositoryId })
    const now = sources.now()
    const run = { repositoryId, runId, documentCount, generatedAt: now.toISOString() }
    const event = newEvent({
      type: 'code.documentation.generated',
      tenantId,
      subject: repositoryId,
      data: { doc_count: documentCount, repo_id: repositoryId },
      now,
    })
    await commitSources(sources, [rows.documentationRun.toInsert({ tenantId, ...run })], [event])
    return { run, isNew: true }
  })

/** Throws as `requireRepository` does. */
export const recordRefresh = (
  sources: Sources,
  { repositoryId, docType, refreshId }: Omit<Refresh, 'refreshedAt'>,
): Promise<{ readonly refresh: Refresh; readonly isNew: boolean }> =>
  retryOnConflict(async () => {
    const { tenantId } = sources
    const rows = openSources(sources)
    const known = (await rows.refresh.get({ tenantId, repositoryId, docType, refreshId }))?.value
    if (known) return { refresh: { repositoryId, docType, refreshId, refreshedAt: known.refreshedAt }, isNew: false }
    await requireRepository(sources, { repositoryId })
    const now = sources.now()
    const refresh = { repositoryId, docType, refreshId, refreshedAt: now.toISOString() }
    const event = newEvent({
      type: 'code.documentation.refreshed',
      tenantId,
      subject: repositoryId,
      data: { doc_type: docType, repo_id: repositoryId },
      now,
    })
    await commitSources(sources, [rows.refresh.toInsert({ tenantId, ...refresh })], [event])
    return { refresh, isNew: true }
  })
