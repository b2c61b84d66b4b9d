// What can be asked of The One People. Refusals are RFC 9457 problem documents.
import { peerContract } from '../../peer-client/operation.ts'
import { NoSuchRecord, ReadableHealth, RecordId, userReadAnswers } from '../user-read/contract.ts'
import { PeopleProfile, PeopleSignalAudience, peopleHeaders } from './contract.ts'

export const peopleContract = peerContract({
  name: 'People',
  headers: peopleHeaders,
  operations: {
    readProfile: {
      method: 'GET',
      path: '/v1/profiles/:id',
      params: { id: RecordId },
      answers: userReadAnswers(PeopleProfile),
      asUser: true,
    },
    readSignalAudience: {
      method: 'GET',
      path: '/v1/profiles/:id/signal-audience',
      params: { id: RecordId },
      answers: { 200: PeopleSignalAudience, 404: NoSuchRecord },
    },
    checkHealth: { method: 'GET', path: '/v1/health', answers: { 200: ReadableHealth } },
  },
})
