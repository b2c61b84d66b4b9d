// Reads what CRM has of a record and who wrote it, and tells CRM what was found about it.
import * as z from 'zod'
import { checkedFor } from '../../peer-client/checked-argument.ts'
import type { OperationCall } from '../../peer-client/operation-call.ts'
import { needing, reading } from '../../schema/reading.ts'
import { refusedReads } from '../user-read/user-read.ts'
import { CrmExternalReference } from './contract.ts'
import {
  type CrmEnrichableKind,
  CrmEnrichment,
  type CrmEnrichmentDraft,
  CrmEnrichmentExists,
  CrmEnrichmentList,
  CrmRecordFields,
} from './enrichment-contract.ts'
import type { crmContract } from './operations.ts'

/** Whoever wrote a field in a word that is not known here is taken for a person. */
const ReadField = reading(needing(CrmRecordFields.shape.fields.element, ['field', 'value', 'origin']))

const ReadRecordFields = reading(
  needing(CrmRecordFields.extend({ fields: z.array(ReadField) }), ['id', 'name', 'companyName', 'version', 'fields']),
)
export type ReadCrmRecordFields = z.output<typeof ReadRecordFields>

const ReadEnrichment = reading(needing(CrmEnrichment, ['id', 'externalReference', 'written', 'url']))
export type ReadCrmEnrichment = z.output<typeof ReadEnrichment>

/** That of another record is no answer: values would go where they do not belong. */
const enrichmentOf = (externalReference: string) =>
  ReadEnrichment.refine((enrichment) => enrichment.externalReference === externalReference, {
    error: 'This is another enrichment than the one asked for',
    path: ['externalReference'],
  })

const fieldsOf = (id: string) =>
  ReadRecordFields.refine((record) => record.id === id, {
    error: 'This is another record than the one asked for',
    path: ['id'],
  })

export type CrmEnrichmentClient = {
  /** Undefined when CRM has no such record. */
  readonly readFields: (
    tenantId: string,
    kind: CrmEnrichableKind,
    id: string,
  ) => Promise<ReadCrmRecordFields | undefined>
  /** `exists`: CRM has an enrichment with the draft's external reference already, and wrote nothing. */
  readonly createEnrichment: (
    tenantId: string,
    draft: CrmEnrichmentDraft,
  ) => Promise<{ readonly outcome: 'created' | 'exists'; readonly enrichment: ReadCrmEnrichment }>
  readonly findEnrichmentByReference: (
    tenantId: string,
    externalReference: string,
  ) => Promise<ReadCrmEnrichment | undefined>
}

const checked = checkedFor('CRM')

export const createCrmEnrichmentClient = (call: OperationCall<typeof crmContract>): CrmEnrichmentClient => ({
  readFields: async (tenantId, kind, id) => {
    const answers = { 200: fieldsOf(id), 404: refusedReads[404] }
    const answer = await call('readFields', { tenantId, params: { kind, id }, answers })
    return answer.status === 200 ? answer.body : undefined
  },
  createEnrichment: async (tenantId, draft) => {
    const mine = enrichmentOf(draft.externalReference)
    const answers = {
      201: mine,
      409: reading(needing(CrmEnrichmentExists.extend({ enrichment: mine }), ['enrichment'])),
    }
    const answer = await call('createEnrichment', { tenantId, body: draft, answers })
    return answer.status === 201
      ? { outcome: 'created', enrichment: answer.body }
      : { outcome: 'exists', enrichment: answer.body.enrichment }
  },
  findEnrichmentByReference: async (tenantId, externalReference) => {
    const { body } = await call('listEnrichments', {
      tenantId,
      query: { externalReference: checked(CrmExternalReference, externalReference, 'externalReference') },
      answers: { 200: reading(CrmEnrichmentList.extend({ enrichments: z.array(ReadEnrichment) })) },
    })
    return body.enrichments.find((enrichment) => enrichment.externalReference === externalReference)
  },
})
