// On its own, for who starts the orchestration without carrying it out.
export const cmdbSyncFlowName = 'code-cmdb-sync-flow'
