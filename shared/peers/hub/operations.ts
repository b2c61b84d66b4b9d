// What can be asked of The One Hub: its directory and its billing. Refusals are RFC 9457 problem documents.
import { peerContract } from '../../peer-client/operation.ts'
import {
  HubAdjustment,
  HubAdjustmentDraft,
  HubAdjustmentId,
  HubDate,
  HubMetric,
  HubOrganization,
  HubOrganizationPage,
  HubProblem,
  HubUsage,
  HubUsageDiffers,
  HubUsageList,
  HubUsageReport,
  HubUser,
  HubUserPage,
  hubHeaders,
} from './contract.ts'

export const hubContract = peerContract({
  name: 'Hub',
  headers: hubHeaders,
  operations: {
    getOrganization: {
      method: 'GET',
      path: '/v1/organizations/:id',
      answers: { 200: HubOrganization, 404: HubProblem },
    },
    listOrganizations: {
      method: 'GET',
      path: '/v1/organizations',
      query: ['limit', 'cursor'],
      answers: { 200: HubOrganizationPage },
      tenantless: true,
    },
    getUser: {
      method: 'GET',
      path: '/v1/organizations/:id/users/:userId',
      answers: { 200: HubUser, 404: HubProblem },
    },
    listUsers: {
      method: 'GET',
      path: '/v1/organizations/:id/users',
      query: ['ids', 'limit', 'cursor'],
      answers: { 200: HubUserPage },
    },
    reportUsage: {
      method: 'PUT',
      path: '/v1/billing/usage/:metric/:tenantId/:date',
      params: { metric: HubMetric, date: HubDate },
      body: { usage: HubUsageReport },
      answers: { 200: HubUsage, 201: HubUsage, 409: HubUsageDiffers },
    },
    adjustUsage: {
      method: 'PUT',
      path: '/v1/billing/adjustments/:id',
      params: { id: HubAdjustmentId },
      body: { adjustment: HubAdjustmentDraft },
      answers: { 200: HubAdjustment, 201: HubAdjustment, 409: HubProblem },
    },
    listUsage: {
      method: 'GET',
      path: '/v1/billing/usage/:metric/:tenantId',
      params: { metric: HubMetric },
      query: ['from', 'to'],
      answers: { 200: HubUsageList },
    },
  },
})

export type HubOperation = keyof typeof hubContract.operations
