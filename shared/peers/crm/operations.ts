// What can be asked of The One CRM. Refusals are RFC 9457 problem documents.
import { peerContract } from '../../peer-client/operation.ts'
import {
  CrmHealth,
  CrmOpportunity,
  CrmOpportunityDraft,
  CrmOpportunityExists,
  CrmOpportunityList,
  crmHeaders,
} from './contract.ts'
import { NoSuchRecord, RecordId, userReadAnswers } from '../user-read/contract.ts'
import {
  CrmEnrichableKind,
  CrmEnrichment,
  CrmEnrichmentDraft,
  CrmEnrichmentExists,
  CrmEnrichmentList,
  CrmRecordFields,
} from './enrichment-contract.ts'
import { CrmCompanyView, CrmContactView } from './view-contract.ts'

export const crmContract = peerContract({
  name: 'CRM',
  headers: crmHeaders,
  operations: {
    createOpportunity: {
      method: 'POST',
      path: '/v1/opportunities',
      body: { opportunity: CrmOpportunityDraft },
      answers: { 201: CrmOpportunity, 409: CrmOpportunityExists },
      // The external reference is unique: the second try of an opportunity that was made finds it.
      repeatable: true,
    },
    listOpportunities: {
      method: 'GET',
      path: '/v1/opportunities',
      query: ['externalReference', 'ids'],
      answers: { 200: CrmOpportunityList },
    },
    viewCompany: {
      method: 'GET',
      path: '/v1/companies/:id',
      params: { id: RecordId },
      answers: userReadAnswers(CrmCompanyView),
      asUser: true,
    },
    viewContact: {
      method: 'GET',
      path: '/v1/contacts/:id',
      params: { id: RecordId },
      answers: userReadAnswers(CrmContactView),
      asUser: true,
    },
    readFields: {
      method: 'GET',
      path: '/v1/records/:kind/:id/fields',
      params: { kind: CrmEnrichableKind, id: RecordId },
      answers: { 200: CrmRecordFields, 404: NoSuchRecord },
    },
    createEnrichment: {
      method: 'POST',
      path: '/v1/enrichments',
      body: { enrichment: CrmEnrichmentDraft },
      answers: { 201: CrmEnrichment, 409: CrmEnrichmentExists },
      // As for opportunities.
      repeatable: true,
    },
    listEnrichments: {
      method: 'GET',
      path: '/v1/enrichments',
      query: ['externalReference'],
      answers: { 200: CrmEnrichmentList },
    },
    checkHealth: { method: 'GET', path: '/v1/health', answers: { 200: CrmHealth } },
  },
})

export type CrmOperation = keyof typeof crmContract.operations
