// The steps of a transcription. Each can be repeated from anywhere.
import { sealedRows } from '../../../shared/secrets/wrapping-key-name.ts'
import { activity } from '../../../shared/triggers/activity.ts'

const work = () => import('./transcription-steps.ts')

const needs = ['DATA_STORAGE', 'VOICE_API_URL', 'VOICE_SERVICE_KEY'] as const

export const planTranscription = activity({
  name: 'ai-plan-transcription',
  summary: 'Reads how Voice has cut a recording, or tells Voice why it is not transcribed',
  needs,
  uses: { models: true },
  contract: work,
  input: 'NoInput',
  returns: 'Plan',
  handler: async ({ tenantId, requestId, services }) =>
    (await work()).planTranscription({ services, tenantId, requestId }),
})

export const transcribeChunk = activity({
  name: 'ai-transcribe-chunk',
  summary: 'Has a model write down one chunk of a recording, unless it was written down before',
  needs,
  uses: { ...sealedRows, models: true },
  contract: work,
  input: 'ChunkInput',
  returns: 'Done',
  handler: async ({ tenantId, requestId, input: { position }, services }) =>
    (await work()).transcribeChunk({ services, tenantId, requestId }, position),
})

export const writeTranscription = activity({
  name: 'ai-write-transcription',
  summary: 'Puts the chunks of a transcription together and writes it to its call in Voice',
  needs,
  uses: sealedRows,
  contract: work,
  input: 'NoInput',
  returns: 'Done',
  handler: async ({ tenantId, requestId, services }) =>
    (await work()).writeTranscription({ services, tenantId, requestId }),
})

export const recapTranscribedCall = activity({
  name: 'ai-recap-transcribed-call',
  summary: 'Makes the recap of a call from its transcription, unless it is there already',
  needs,
  uses: { models: true },
  contract: work,
  input: 'NoInput',
  returns: 'Done',
  handler: async ({ tenantId, requestId, services }) => (await work()).recapCall({ services, tenantId, requestId }),
})

export const giveUpTranscription = activity({
  name: 'ai-give-up-transcription',
  summary: 'Tells Voice that a recording could not be transcribed',
  needs,
  contract: work,
  input: 'Failure',
  returns: 'Done',
  handler: async ({ tenantId, requestId, input: { code }, services }) =>
    (await work()).giveUpTranscription({ services, tenantId, requestId }, code),
})
