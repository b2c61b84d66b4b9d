// Reads what CMDB has of an asset and who wrote it, and tells CMDB what other products know of it.
import * as z from 'zod'
import { checkedFor } from '../../peer-client/checked-argument.ts'
import type { OperationCall } from '../../peer-client/operation-call.ts'
import { needing, reading } from '../../schema/reading.ts'
import { refusedReads } from '../user-read/user-read.ts'
import { ReadCmdbProblem } from './answers.ts'
import { CmdbExternalReference } from './contract.ts'
import {
  CmdbAssetFields,
  CmdbEnrichment,
  type CmdbEnrichmentDraft,
  CmdbEnrichmentExists,
  CmdbEnrichmentList,
  CmdbOpenAssets,
  openAssetsMax,
} from './enrichment-contract.ts'
import type { cmdbContract } from './operations.ts'

/** Whoever wrote a field in a word that is not known here is taken for a person. */
const ReadField = reading(needing(CmdbAssetFields.shape.fields.element, ['field', 'value', 'origin']))

const ReadAssetFields = reading(
  needing(CmdbAssetFields.extend({ fields: z.array(ReadField) }), [
    'externalReference',
    'name',
    'kind',
    'fields',
    'version',
  ]),
)
export type ReadCmdbAssetFields = z.output<typeof ReadAssetFields>

const ReadEnrichment = reading(needing(CmdbEnrichment, ['id', 'externalReference', 'written', 'url']))
export type ReadCmdbEnrichment = z.output<typeof ReadEnrichment>

/** That of another asset is no answer: values would go where they do not belong. */
const enrichmentOf = (externalReference: string) =>
  ReadEnrichment.refine((enrichment) => enrichment.externalReference === externalReference, {
    error: 'This is another enrichment than the one asked for',
    path: ['externalReference'],
  })

const fieldsOf = (externalReference: string) =>
  ReadAssetFields.refine((asset) => asset.externalReference === externalReference, {
    error: 'This is another asset than the one asked for',
    path: ['externalReference'],
  })

export type CmdbEnrichmentClient = {
  /** Undefined when CMDB has no such asset, or it is retired. */
  readonly readFields: (tenantId: string, externalReference: string) => Promise<ReadCmdbAssetFields | undefined>
  /**
   * - `exists`: CMDB has an enrichment with the draft's external reference already, and wrote nothing
   * - `changed`: the asset is no longer as the draft expects it, or gone; CMDB wrote nothing
   */
  readonly createEnrichment: (
    tenantId: string,
    draft: CmdbEnrichmentDraft,
  ) => Promise<
    | { readonly outcome: 'created' | 'exists'; readonly enrichment: ReadCmdbEnrichment }
    | { readonly outcome: 'changed' }
  >
  readonly findEnrichmentByReference: (
    tenantId: string,
    externalReference: string,
  ) => Promise<ReadCmdbEnrichment | undefined>
  /** @param limit at most `openAssetsMax` */
  readonly listOpenAssets: (tenantId: string, limit: number) => Promise<readonly string[]>
}

const checked = checkedFor('CMDB')

export const createCmdbEnrichmentClient = (call: OperationCall<typeof cmdbContract>): CmdbEnrichmentClient => ({
  readFields: async (tenantId, externalReference) => {
    const answers = { 200: fieldsOf(externalReference), 404: refusedReads[404] }
    const answer = await call('readFields', { tenantId, params: { externalReference }, answers })
    return answer.status === 200 ? answer.body : undefined
  },
  createEnrichment: async (tenantId, draft) => {
    const mine = enrichmentOf(draft.externalReference)
    const answers = {
      201: mine,
      409: reading(needing(CmdbEnrichmentExists.extend({ enrichment: mine }), ['enrichment'])),
      412: ReadCmdbProblem,
    }
    const answer = await call('createEnrichment', { tenantId, body: draft, answers })
    if (answer.status === 412) return { outcome: 'changed' }
    return answer.status === 201
      ? { outcome: 'created', enrichment: answer.body }
      : { outcome: 'exists', enrichment: answer.body.enrichment }
  },
  findEnrichmentByReference: async (tenantId, externalReference) => {
    const { body } = await call('listEnrichments', {
      tenantId,
      query: { externalReference: checked(CmdbExternalReference, externalReference, 'externalReference') },
      answers: { 200: reading(CmdbEnrichmentList.extend({ enrichments: z.array(ReadEnrichment) })) },
    })
    return body.enrichments.find((enrichment) => enrichment.externalReference === externalReference)
  },
  listOpenAssets: async (tenantId, limit) => {
    const { body } = await call('listOpenAssets', {
      tenantId,
      query: { limit: checked(z.int().min(1).max(openAssetsMax), limit, 'limit') },
      answers: { 200: reading(CmdbOpenAssets) },
    })
    return body.assets.map(({ externalReference }) => externalReference)
  },
})
