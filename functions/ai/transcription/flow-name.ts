/** Name of the orchestration, as requests are kept by it. */
export const transcriptionFlowName = 'ai-transcription-flow'
