/** Name of the orchestration, as requests are kept by it. */
export const studyFlowName = 'code-study-flow'
