// What can be asked of The One CMDB. Refusals are RFC 9457 problem documents.
import { peerContract } from '../../peer-client/operation.ts'
import {
  CmdbAsset,
  CmdbAssetDraft,
  CmdbAssetPage,
  CmdbExternalReference,
  CmdbHealth,
  CmdbProblem,
  CmdbRetirement,
  cmdbHeaders,
} from './contract.ts'
import { NoSuchRecord, userReadAnswers } from '../user-read/contract.ts'
import {
  CmdbAssetFields,
  CmdbEnrichment,
  CmdbEnrichmentDraft,
  CmdbEnrichmentExists,
  CmdbEnrichmentList,
  CmdbOpenAssets,
} from './enrichment-contract.ts'
import { CmdbAssetView } from './view-contract.ts'

const params = { externalReference: CmdbExternalReference }

export const cmdbContract = peerContract({
  name: 'CMDB',
  headers: cmdbHeaders,
  operations: {
    putAsset: {
      method: 'PUT',
      path: '/v1/assets/:externalReference',
      params,
      body: { asset: CmdbAssetDraft },
      answers: { 200: CmdbAsset, 201: CmdbAsset },
    },
    retireAsset: {
      method: 'POST',
      path: '/v1/assets/:externalReference/retire',
      params,
      body: { retirement: CmdbRetirement },
      answers: { 200: CmdbAsset, 404: CmdbProblem },
      // One that is retired stays as it is.
      repeatable: true,
    },
    getAsset: {
      method: 'GET',
      path: '/v1/assets/:externalReference',
      params,
      answers: { 200: CmdbAsset, 404: CmdbProblem },
    },
    listAssets: {
      method: 'GET',
      path: '/v1/assets',
      query: ['state', 'limit', 'cursor'],
      answers: { 200: CmdbAssetPage },
    },
    viewAsset: {
      method: 'GET',
      path: '/v1/assets/:externalReference/view',
      params,
      answers: userReadAnswers(CmdbAssetView),
      asUser: true,
    },
    readFields: {
      method: 'GET',
      path: '/v1/assets/:externalReference/fields',
      params,
      answers: { 200: CmdbAssetFields, 404: NoSuchRecord },
    },
    createEnrichment: {
      method: 'POST',
      path: '/v1/enrichments',
      body: { enrichment: CmdbEnrichmentDraft },
      answers: { 201: CmdbEnrichment, 409: CmdbEnrichmentExists, 412: CmdbProblem },
      // The external reference is unique: the second try of an enrichment that was made finds it.
      repeatable: true,
    },
    listEnrichments: {
      method: 'GET',
      path: '/v1/enrichments',
      query: ['externalReference'],
      answers: { 200: CmdbEnrichmentList },
    },
    listOpenAssets: {
      method: 'GET',
      path: '/v1/open-assets',
      query: ['limit'],
      answers: { 200: CmdbOpenAssets },
    },
    checkHealth: { method: 'GET', path: '/v1/health', answers: { 200: CmdbHealth } },
  },
})

export type CmdbOperation = keyof typeof cmdbContract.operations
