// What can be asked of The One Defend. Refusals are RFC 9457 problem documents.
import { peerContract } from '../../peer-client/operation.ts'
import { DefendAuditEvent, DefendAuditReceipt, DefendHealth, defendHeaders } from './contract.ts'
import { NoSuchRecord, RecordId, userReadAnswers } from '../user-read/contract.ts'
import { aiResultGetAnswers, aiResultPutAnswers } from '../ai-result/contract.ts'
import { DefendInvestigation, DefendNarrative } from './investigation-contract.ts'
import { DefendLoginAnomalies, DefendLoginReceipt, LoginId } from './anomaly-contract.ts'
import {
  DefendInsiderSignal,
  DefendSignalExists,
  DefendSignalReceipt,
  DefendSignalReceipts,
} from './signal-contract.ts'
import { DefendBehaviourReceipt, DefendBehaviourScores } from './behaviour-contract.ts'
import { DefendDetectionView, DefendDeviceView, DefendDevicesOfAsset } from './view-contract.ts'

export const defendContract = peerContract({
  name: 'Defend',
  headers: defendHeaders,
  operations: {
    sendAuditEvent: {
      method: 'POST',
      path: '/v1/audit-events',
      body: { event: DefendAuditEvent },
      answers: { 200: DefendAuditReceipt, 201: DefendAuditReceipt },
      // The id is unique: the second try of an event that was taken finds it.
      repeatable: true,
    },
    putBehaviourScores: {
      method: 'POST',
      path: '/v1/behaviour-scores',
      body: { scores: DefendBehaviourScores },
      answers: { 200: DefendBehaviourReceipt },
      // A version that Defend has already changes nothing.
      repeatable: true,
    },
    putLoginAnomalies: {
      method: 'PUT',
      path: '/v1/login-anomalies/:id',
      params: { id: LoginId },
      body: { login: DefendLoginAnomalies },
      answers: { 200: DefendLoginReceipt },
    },
    createInsiderSignal: {
      method: 'POST',
      path: '/v1/insider-signals',
      body: { signal: DefendInsiderSignal },
      answers: { 201: DefendSignalReceipt, 409: DefendSignalExists },
      // The external reference is unique: the second try of a signal that was taken finds it.
      repeatable: true,
    },
    listInsiderSignals: {
      method: 'GET',
      path: '/v1/insider-signals',
      query: ['externalReference'],
      answers: { 200: DefendSignalReceipts },
    },
    viewDevice: {
      method: 'GET',
      path: '/v1/devices/:id',
      params: { id: RecordId },
      answers: userReadAnswers(DefendDeviceView),
      asUser: true,
    },
    listDevicesOfAsset: {
      method: 'GET',
      path: '/v1/devices',
      query: ['assetReference'],
      answers: { 200: DefendDevicesOfAsset },
    },
    viewDetection: {
      method: 'GET',
      path: '/v1/detections/:id',
      params: { id: RecordId },
      answers: userReadAnswers(DefendDetectionView),
      asUser: true,
    },
    readInvestigation: {
      method: 'GET',
      path: '/v1/investigations/:id',
      params: { id: RecordId },
      answers: { 200: DefendInvestigation, 404: NoSuchRecord },
    },
    readNarrative: {
      method: 'GET',
      path: '/v1/investigations/:id/narrative',
      params: { id: RecordId },
      answers: aiResultGetAnswers,
    },
    putNarrative: {
      method: 'PUT',
      path: '/v1/investigations/:id/narrative',
      params: { id: RecordId },
      body: { narrative: DefendNarrative },
      answers: aiResultPutAnswers,
    },
    checkHealth: { method: 'GET', path: '/v1/health', answers: { 200: DefendHealth } },
  },
})

export type DefendOperation = keyof typeof defendContract.operations
