// The contract of enrichment as the CRM stand-in answers it, and the control API of its records.
import { z } from 'zod'
import { type Route, done, problem, validated } from '../../../../local/stand-ins/http-exchange.ts'
import type { Answers } from '../../../../local/stand-ins/keyed-contract.ts'
import { type Control, controlRoute } from '../../../../local/stand-ins/stand-in-control.ts'
import { CrmExternalReference } from '../contract.ts'
import { type CrmEnrichment, CrmEnrichableKind } from '../enrichment-contract.ts'
import type { crmContract } from '../operations.ts'
import { type CrmEnrichments, RecordDraft, type StoredEnrichment } from './enrichments.ts'

type Parts = { readonly enrichments: CrmEnrichments; readonly baseUrl: () => string }
type EnrichmentAnswers = Pick<Answers<typeof crmContract>, 'readFields' | 'createEnrichment' | 'listEnrichments'>

const noRecord = problem(404, 'There is no such record')

export const crmEnrichmentAnswers = ({ enrichments, baseUrl }: Parts): EnrichmentAnswers => {
  const toWire = ({ tenantId: _tenantId, draft, ...enrichment }: StoredEnrichment): CrmEnrichment => ({
    ...enrichment,
    url: `${baseUrl()}/${draft.kind}/${encodeURIComponent(draft.recordId)}`,
  })
  return {
    readFields: ({ tenantId, params: { kind, id } }) => {
      const record = enrichments.read(tenantId, kind, id)
      if (!record) return noRecord
      const { tenantId: _, ...body } = record
      return { status: 200, body }
    },
    createEnrichment: ({ tenantId, body: draft }) => {
      const known = enrichments.find(tenantId, draft.externalReference)
      if (known) return problem(409, 'An enrichment has this external reference', { enrichment: toWire(known) })
      const record = enrichments.read(tenantId, draft.kind, draft.recordId)
      if (!record) return problem(422, 'There is no such record', { detail: 'It may have been deleted.' })
      return { status: 201, body: toWire(enrichments.create(tenantId, draft, record)) }
    },
    listEnrichments: ({ tenantId, query }) =>
      validated(z.strictObject({ externalReference: CrmExternalReference }), Object.fromEntries(query), (wanted) => {
        const found = enrichments.find(tenantId, wanted.externalReference)
        return { status: 200, body: { enrichments: found ? [toWire(found)] : [] } }
      }),
  }
}

export const crmEnrichmentControl = ({ enrichments }: Pick<Parts, 'enrichments'>): readonly Route<Control>[] => [
  controlRoute('PUT', '/_control/enrichable/:kind/:id', ({ tenantId, params, body }) =>
    validated(RecordDraft, body, (draft) =>
      validated(CrmEnrichableKind, params['kind'], (kind) => {
        if (tenantId === undefined) return problem(400, 'The query parameter tenantId is missing')
        enrichments.put(tenantId, kind, params['id'] ?? '', draft)
        return done
      }),
    ),
  ),
  controlRoute('GET', '/_control/enrichable/:kind/:id', ({ tenantId = '', params }) => {
    const record = enrichments.read(tenantId, params['kind'] ?? '', params['id'] ?? '')
    return record ? { status: 200, body: record } : noRecord
  }),
  controlRoute('GET', '/_control/enrichments', ({ tenantId }) => ({
    status: 200,
    body: { enrichments: enrichments.list(tenantId) },
  })),
]
