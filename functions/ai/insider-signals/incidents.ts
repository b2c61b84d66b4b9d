// How failures of signals are named in incidents.
export const signalIncident = {
  integration: 'ai→defend',
  operation: 'tell insider signals',
  severity: 'normal',
} as const
