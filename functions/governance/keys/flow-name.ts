// On its own, for who starts the orchestration without carrying it out.
export const keyRotationFlowName = 'ai-key-rotation-flow'
