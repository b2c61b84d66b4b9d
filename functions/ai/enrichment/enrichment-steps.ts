// What the steps of an enrichment's orchestration do.
import * as z from 'zod'
import { userOf } from '../../../shared/auth/caller.ts'
import { makeRecord } from '../../../shared/effects/record.ts'
import { AppError } from '../../../shared/errors.ts'
import { wholeReply } from '../../../shared/features/replies.ts'
import { attemptOf } from '../../../shared/flows/attempts.ts'
import { answerFeature } from '../../../shared/features/answering.ts'
import type { CrmClient } from '../../../shared/peers/crm/client.ts'
import type { Services } from '../../../shared/services.ts'
import type { Store } from '../../../shared/store/store.ts'
import { openSiteVisit } from '../../../shared/web/site-visit.ts'
import { dataEnrichment } from '../features/crm/data-enrichment/feature.ts'
import { type Choices, decide } from './decision.ts'
import { enrichmentRecord } from './enrichment-effect.ts'
import { type Enrichment, type Findings, enrichmentTable } from './enrichment-table.ts'
import { siteOf } from './site.ts'
import { readSite } from './site-reading.ts'

export const NoInput = z.strictObject({})
export const Found = z.strictObject({ candidates: z.int().min(0) })
export const NoResult = z.null()
export const Written = z.strictObject({ written: z.int().min(0), proposed: z.int().min(0) })

type Step = { readonly store: Store; readonly tenantId: string; readonly requestId: string }

/** Repeating it reads again what was not found before, and nothing that was. */
export const findCandidates = async (
  step: Step & { readonly services: Services; readonly crm: CrmClient },
  signal: AbortSignal,
): Promise<z.infer<typeof Found>> => {
  const { store, tenantId, services, crm } = step
  const enrichment = await readEnrichment(step)
  const { ref, kind, recordId, stop } = enrichment
  const rows = store.open(enrichmentTable)
  const known = await rows.findings.get({ tenantId, ref })
  if (known || stop) return { candidates: known?.value.candidates.length ?? 0 }
  const stopped = async (reason: Enrichment['stop'], pages: Enrichment['pages'] = []) => {
    await note(step, { stop: reason, pages })
    return { candidates: 0 }
  }
  const record = await crm.readFields(tenantId, kind, recordId)
  if (!record) return stopped('source-data-unavailable')
  const home = siteOf(record)
  if (home === undefined) return stopped('no-web-site')
  const { WEB_STAND_IN_URL: standIn } = services.config.require('WEB_STAND_IN_URL')
  const { pages, candidates, doubt } = await readSite(openSiteVisit({ standIn, now: services.now, signal }), home, {
    ...record,
    kind,
  })
  if (doubt || candidates.length === 0) return stopped(doubt ?? 'nothing-found', [...pages])
  const { name, companyName, version, industries = [], fields } = record
  await rows.findings.upsert({
    tenantId,
    ref,
    record: { name, companyName, version, industries, fields },
    candidates: [...candidates],
  })
  await note(step, { pages: [...pages] })
  return { candidates: candidates.length }
}

/** What was decided stands: a model that is asked again might choose otherwise. */
export const chooseValues = async (
  step: Step & { readonly services: Services },
  signal: AbortSignal,
): Promise<void> => {
  const { store, tenantId, services } = step
  const { ref, kind, recordId, draft, requestedBy, made } = await readEnrichment(step)
  if (draft || made) return
  const { record, candidates } = await readFindings(store, tenantId, ref)
  const input = {
    kind,
    name: record.name,
    companyName: record.companyName,
    industries: record.industries,
    candidates: candidates.map(({ id, field, value, provenance: { quote, url } }) => ({
      id,
      field,
      value,
      quote,
      page: url,
    })),
  }
  const userId = userOf(requestedBy)
  const asked = { tenantId, input, signal, ...(userId !== undefined && { userId }) }
  const { body } = await wholeReply(answerFeature(services, dataEnrichment, asked))
  const decided = decide(kind, record, candidates, body.answer as Choices)
  await note(step, {
    draft: { externalReference: ref, kind, recordId, version: record.version, ...decided },
    proposed: [...new Set(decided.proposals.map(({ field }) => field))],
  })
}

/** Once, by the external reference. The findings go last, when nothing needs them any more. */
export const writeValues = async (
  step: Step & { readonly crm: CrmClient; readonly now: () => Date },
): Promise<z.infer<typeof Written>> => {
  const { store, tenantId, crm, now } = step
  const enrichment = await readEnrichment(step)
  const { value } = await makeRecord(enrichmentRecord, { store, peer: crm, now }, enrichment)
  await store.open(enrichmentTable).findings.delete({ tenantId, ref: value.ref })
  return { written: value.made.written.length, proposed: value.proposed?.length ?? 0 }
}

const readEnrichment = async ({ store, tenantId, requestId }: Step): Promise<Enrichment> => {
  const row = await store.open(enrichmentTable).enrichment.get({ tenantId, ref: attemptOf(requestId).id })
  if (!row) throw new AppError('not-found', 'The enrichment no longer exists.')
  return row.value
}

const readFindings = async (store: Store, tenantId: string, ref: string): Promise<Findings> => {
  const row = await store.open(enrichmentTable).findings.get({ tenantId, ref })
  if (!row) throw new AppError('not-found', 'What was found is no longer kept. Ask for the enrichment again.')
  return row.value
}

const note = async ({ store, tenantId, requestId }: Step, news: Partial<Enrichment>): Promise<void> => {
  await store.open(enrichmentTable).enrichment.modify({ tenantId, ref: attemptOf(requestId).id }, (current) => {
    if (!current) throw new AppError('not-found', 'The enrichment no longer exists.')
    return current.draft || current.made ? current : { ...current, ...news }
  })
}
