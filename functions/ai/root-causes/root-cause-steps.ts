// What the steps of the search for a root cause do.
import * as z from 'zod'
import type { ContextRead } from '../../../shared/context/context.ts'
import { readContext } from '../../../shared/context/reading.ts'
import type { ContextReference } from '../../../shared/context/reference.ts'
import { AppError } from '../../../shared/errors.ts'
import { answerFeature } from '../../../shared/features/answering.ts'
import { wholeReply } from '../../../shared/features/replies.ts'
import { attemptOf } from '../../../shared/flows/attempts.ts'
import { flowRequestTable } from '../../../shared/flows/flow-request.ts'
import type { Services } from '../../../shared/services.ts'
import { draftReference } from '../../../shared/text/own-draft.ts'
import { schemaOf } from '../../../shared/triggers/schema-source.ts'
import type { Proposal } from '../features/psa/proposal-generate/contract.ts'
import { proposalGenerate } from '../features/psa/proposal-generate/feature.ts'
import { Report } from './contract.ts'
import { rootCauseFlowName } from './flow-name.ts'
import { noteOf } from './note.ts'
import { questionOf } from './question.ts'
import { type StoredCause, rootCauseTable, seal, unseal } from './root-cause-table.ts'
import { citedFacts } from './told-facts.ts'

export const NoInput = z.strictObject({})
export const Plan = z.strictObject({ sources: z.int().min(1) })
export const SourceInput = z.strictObject({ position: z.int().min(0) })
export const SourceRead = z.strictObject({ outcome: z.enum(['read', 'not-found', 'not-allowed', 'unavailable']) })
export const Step = z.strictObject({ cancelled: z.boolean() })
type Step = z.infer<typeof Step>

type Work = { readonly services: Services; readonly tenantId: string; readonly requestId: string }

export const planCause = async (work: Work): Promise<z.infer<typeof Plan>> => ({
  sources: (await readStored(work)).sources.length,
})

/** What lies with a product is an outcome and no failure: the others are read all the same. */
export const readSource = async (work: Work, position: number): Promise<z.infer<typeof SourceRead>> => {
  const { services, tenantId, requestId } = work
  const { causeId, userId, sources } = await readStored(work)
  const reference = sources[position] as ContextReference
  const read = await readContext(reference, { tenantId, userId }, services)
  // Without the ticket there is nothing to report on: this one alone is waited for.
  if (position === 0 && read.kind === 'refused') refuseTicket(read.reason)
  const { attempt } = attemptOf(requestId)
  const part = String(position)
  const sealed = await seal(services, { tenantId, causeId }, `${attempt}/${part}`, read)
  await services.store().open(rootCauseTable).material.upsert({ tenantId, causeId, attempt, position: part, sealed })
  return { outcome: read.kind === 'read' ? 'read' : read.reason }
}

const refuseTicket = (reason: 'not-found' | 'not-allowed' | 'unavailable'): never => {
  if (reason === 'unavailable') throw new AppError('peer-unavailable', 'PSA did not show the ticket.')
  if (reason === 'not-found') throw new AppError('not-found', 'PSA does not have this ticket.')
  throw new AppError('forbidden', 'PSA does not show this ticket to the person who asks.')
}

/** A report that is there is not asked for again: an earlier attempt, or this one before it was cut off, has paid for it. */
export const makeReport = async (work: Work): Promise<Step> => {
  const { services, tenantId } = work
  const rows = services.store().open(rootCauseTable).report
  const cause = await readStored(work)
  const { causeId, userId } = cause
  if (await isCancelled(work)) return { cancelled: true }
  if (await rows.get({ tenantId, causeId })) return { cancelled: false }
  const reads = await materialOf(work, cause)
  const [ticket, ...beside] = reads
  if (ticket?.kind !== 'read') throw new AppError('not-found', 'What was read of the ticket is no longer kept.')
  const input = (await schemaOf(proposalGenerate.input)).parse(questionOf(ticket, beside))
  const signal = AbortSignal.timeout(proposalGenerate.waitMs + 10_000)
  const asked = { tenantId, userId, input, signal, isUnattended: true } as const
  const { body } = await wholeReply(answerFeature(services, proposalGenerate, asked))
  const writtenAt = services.now().toISOString()
  const proposal = body.answer as z.output<typeof Proposal>
  const report = Report.parse({
    ...proposal,
    facts: citedFacts(proposal, ticket, beside),
    sources: reads.map(({ source, name, ...read }) => ({
      ...source,
      name,
      outcome: read.kind === 'read' ? 'read' : read.reason,
    })),
    model: body.model,
    ...(body.label !== undefined && { label: body.label }),
    writtenAt,
  })
  const sealed = await seal(services, cause, 'report', report)
  // Of two that were made at once the first one counts: the note must be the same for both.
  await rows.modify({ tenantId, causeId }, (current) => current ?? { tenantId, causeId, writtenAt, sealed })
  return { cancelled: false }
}

/**
 * PSA keeps one note for a reference, so that a step that is repeated finds what an earlier one wrote. Whether the search was cancelled is
 * looked up last: once PSA has been asked for the note, it is too late.
 */
export const writeReport = async (work: Work): Promise<Step> => {
  const { services, tenantId } = work
  const cause = await readStored(work)
  const row = await services.store().open(rootCauseTable).report.get(cause)
  if (!row) throw new AppError('not-found', 'The report is no longer kept.')
  const report = Report.parse(await unseal(services, cause, 'report', row.value.sealed))
  if (await isCancelled(work)) return { cancelled: true }
  const note = { reference: `${draftReference}${cause.causeId}`, text: noteOf(report), internal: true }
  const { outcome } = await (await services.psa()).addNote(tenantId, cause.ticketId, note)
  if (outcome === 'ticket-not-found') throw new AppError('not-found', 'PSA no longer has this ticket.')
  await deleteMaterial(work, cause)
  return { cancelled: false }
}

const isCancelled = async ({ services, tenantId, requestId }: Work): Promise<boolean> => {
  const rows = services.store().open(flowRequestTable).request
  return (await rows.get({ tenantId, flow: rootCauseFlowName, requestId }))?.value.cancelRequestedAt !== undefined
}

const positionsOf = ({ sources }: StoredCause): readonly string[] => sources.map((_, position) => String(position))

const materialOf = async ({ services, tenantId, requestId }: Work, cause: StoredCause): Promise<ContextRead[]> => {
  const { attempt } = attemptOf(requestId)
  const { causeId } = cause
  const rows = services.store().open(rootCauseTable).material
  return Promise.all(
    positionsOf(cause).map(async (position) => {
      const row = await rows.get({ tenantId, causeId, attempt, position })
      if (!row) throw new AppError('not-found', 'What was read is no longer kept. Ask for the root cause again.')
      return (await unseal(services, cause, `${attempt}/${position}`, row.value.sealed)) as ContextRead
    }),
  )
}

/** Also what an attempt read that failed. */
const deleteMaterial = async ({ services, tenantId }: Work, { causeId }: StoredCause): Promise<void> => {
  const rows = services.store().open(rootCauseTable).material
  for await (const { value } of rows.each({ tenantId, causeId }, { signal: AbortSignal.timeout(60_000) }))
    await rows.delete(value)
}

const readStored = async ({ services, tenantId, requestId }: Work): Promise<StoredCause> => {
  const causeId = attemptOf(requestId).id
  const row = await services.store().open(rootCauseTable).cause.get({ tenantId, causeId })
  if (!row) throw new AppError('not-found', 'The search no longer exists.')
  return row.value
}
