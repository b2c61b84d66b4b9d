// What can be asked of The One RMM. Refusals are RFC 9457 problem documents.
import { peerContract } from '../../peer-client/operation.ts'
import { ReadableHealth, RecordId, userReadAnswers } from '../user-read/contract.ts'
import { RmmDevice, RmmDevicesOfAsset, rmmHeaders } from './contract.ts'

export const rmmContract = peerContract({
  name: 'RMM',
  headers: rmmHeaders,
  operations: {
    readDevice: {
      method: 'GET',
      path: '/v1/devices/:id',
      params: { id: RecordId },
      answers: userReadAnswers(RmmDevice),
      asUser: true,
    },
    listDevicesOfAsset: {
      method: 'GET',
      path: '/v1/devices',
      query: ['assetReference'],
      answers: { 200: RmmDevicesOfAsset },
    },
    checkHealth: { method: 'GET', path: '/v1/health', answers: { 200: ReadableHealth } },
  },
})
