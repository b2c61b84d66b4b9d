/** Name of the orchestration, as requests are kept by it. */
export const rootCauseFlowName = 'ai-root-cause-flow'
