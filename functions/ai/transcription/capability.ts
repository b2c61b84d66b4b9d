// Transcriptions of recordings.
import type { Definitions, Tables } from '../../platform/capability.ts'
import {
  giveUpTranscription,
  planTranscription,
  recapTranscribedCall,
  transcribeChunk,
  writeTranscription,
} from './activities.ts'
import { readTranscription } from './endpoints.ts'
import { transcriptionFlow } from './orchestration.ts'
import { recordingSubscriber } from './subscriber.ts'
import { transcribeMissed } from './timers.ts'

export const api: Definitions = [readTranscription]

export const background: Definitions = [
  recordingSubscriber,
  transcribeMissed,
  transcriptionFlow,
  planTranscription,
  transcribeChunk,
  writeTranscription,
  recapTranscribedCall,
  giveUpTranscription,
]

export const tables: Tables = async () => {
  const { transcriptionTable } = await import('./transcription-table.ts')
  return [transcriptionTable]
}
