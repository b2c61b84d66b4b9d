// What can be asked of The One On-Call. Refusals are RFC 9457 problem documents.
import { peerContract } from '../../peer-client/operation.ts'
import {
  OnCallAlert,
  OnCallAlertDraft,
  OnCallHealth,
  OnCallProblem,
  OnCallReference,
  OnCallResolution,
  onCallHeaders,
} from './contract.ts'

const params = { reference: OnCallReference }

export const onCallContract = peerContract({
  name: 'On-Call',
  headers: onCallHeaders,
  operations: {
    putAlert: {
      method: 'PUT',
      path: '/v1/alerts/:reference',
      params,
      body: { alert: OnCallAlertDraft },
      answers: { 200: OnCallAlert, 201: OnCallAlert },
    },
    getAlert: {
      method: 'GET',
      path: '/v1/alerts/:reference',
      params,
      answers: { 200: OnCallAlert, 404: OnCallProblem },
    },
    resolveAlert: {
      method: 'POST',
      path: '/v1/alerts/:reference/resolve',
      params,
      body: { resolution: OnCallResolution },
      answers: { 200: OnCallAlert, 404: OnCallProblem },
      // One that is resolved stays as it is.
      repeatable: true,
    },
    checkHealth: { method: 'GET', path: '/v1/health', answers: { 200: OnCallHealth } },
  },
})
