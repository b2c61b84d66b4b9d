// What can be asked of The One Voice. Refusals are RFC 9457 problem documents.
import { peerContract } from '../../peer-client/operation.ts'
import { aiResultGetAnswers, aiResultPutAnswers } from '../ai-result/contract.ts'
import { NoSuchRecord, ReadableHealth, RecordId, userReadAnswers } from '../user-read/contract.ts'
import {
  ChunkAudio,
  ChunkNumber,
  UntranscribedPage,
  VoiceRecording,
  VoiceTranscription,
  chunkBytesMax,
} from './recording-contract.ts'
import { VoiceRecap, VoiceTranscript } from './transcript-contract.ts'
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
    readTranscript: {
      method: 'GET',
      path: '/v1/calls/:id/transcript',
      params: { id: RecordId },
      query: ['from'],
      answers: { 200: VoiceTranscript, 404: NoSuchRecord },
    },
    readRecap: { method: 'GET', path: '/v1/calls/:id/recap', params: { id: RecordId }, answers: aiResultGetAnswers },
    putRecap: {
      method: 'PUT',
      path: '/v1/calls/:id/recap',
      params: { id: RecordId },
      body: { recap: VoiceRecap },
      answers: aiResultPutAnswers,
    },
    readRecording: {
      method: 'GET',
      path: '/v1/calls/:id/recording',
      params: { id: RecordId },
      answers: { 200: VoiceRecording, 404: NoSuchRecord },
    },
    readRecordingChunk: {
      method: 'GET',
      path: '/v1/calls/:id/recording/chunks/:number',
      params: { id: RecordId, number: ChunkNumber },
      answers: { 200: ChunkAudio, 404: NoSuchRecord },
      fileBytesMax: chunkBytesMax,
    },
    listUntranscribed: {
      method: 'GET',
      path: '/v1/recordings/untranscribed',
      query: ['cursor'],
      answers: { 200: UntranscribedPage },
    },
    readTranscription: {
      method: 'GET',
      path: '/v1/calls/:id/transcription',
      params: { id: RecordId },
      answers: aiResultGetAnswers,
    },
    putTranscription: {
      method: 'PUT',
      path: '/v1/calls/:id/transcription',
      params: { id: RecordId },
      body: { transcription: VoiceTranscription },
      answers: aiResultPutAnswers,
    },
    checkHealth: { method: 'GET', path: '/v1/health', answers: { 200: ReadableHealth } },
  },
})
