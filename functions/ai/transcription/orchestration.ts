// The transcription of a recording (AI-10): a model writes down one chunk after the other, each going on from the one before, and Voice gets it once.
import { FlowFailure } from '../../../shared/flows/flow-failure.ts'
import { orchestration } from '../../../shared/triggers/orchestration.ts'
import {
  giveUpTranscription,
  planTranscription,
  recapTranscribedCall,
  transcribeChunk,
  writeTranscription,
} from './activities.ts'
import { transcriptionFlowName } from './flow-name.ts'

export const transcriptionFlow = orchestration({
  name: transcriptionFlowName,
  summary: 'Transcribes the recording of a call and writes the transcription to Voice',
  integration: 'ai→voice',
  operation: 'write transcription',
  handler: function* (flow) {
    const { outcome, chunks } = yield* flow.call(planTranscription, {})
    if (outcome !== 'ready') return { outcome }
    try {
      for (let position = 0; position < chunks; position += 1) {
        flow.progress({ step: 'transcribing', chunks, done: position })
        yield* flow.call(transcribeChunk, { position })
      }
      flow.progress({ step: 'writing', chunks, done: chunks })
      yield* flow.call(writeTranscription, {})
    } catch (error) {
      yield* flow.call(giveUpTranscription, { code: error instanceof FlowFailure ? error.code : 'internal' })
      throw error
    }
    flow.progress({ step: 'recapping', chunks, done: chunks })
    yield* flow.call(recapTranscribedCall, {})
    return { outcome: 'written', chunks }
  },
})
