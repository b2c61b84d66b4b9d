/** Name of the orchestration, as requests are kept by it. */
export const projectFlowName = 'code-project-flow'
