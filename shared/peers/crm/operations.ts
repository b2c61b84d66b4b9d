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
import { RecordId, userReadAnswers } from '../user-read/contract.ts'
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
    checkHealth: { method: 'GET', path: '/v1/health', answers: { 200: CrmHealth } },
  },
})

export type CrmOperation = keyof typeof crmContract.operations
