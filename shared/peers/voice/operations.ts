// What can be asked of The One Voice. Refusals are RFC 9457 problem documents.
import { peerContract } from '../../peer-client/operation.ts'
import { ReadableHealth, RecordId, userReadAnswers } from '../user-read/contract.ts'
import { VoiceCall, voiceHeaders } from './contract.ts'

export const voiceContract = peerContract({
  name: 'Voice',
  headers: voiceHeaders,
  operations: {
    readCall: {
      method: 'GET',
      path: '/v1/calls/:id',
      params: { id: RecordId },
      query: ['lines'],
      answers: userReadAnswers(VoiceCall),
      asUser: true,
    },
    checkHealth: { method: 'GET', path: '/v1/health', answers: { 200: ReadableHealth } },
  },
})
