/** Name of the orchestration, as requests are kept by it. */
export const enrichmentFlowName = 'ai-enrichment-flow'
