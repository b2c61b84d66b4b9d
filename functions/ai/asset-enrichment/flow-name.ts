/** Name of the orchestration, as requests are kept by it. */
export const assetEnrichmentFlowName = 'ai-asset-enrichment-flow'
