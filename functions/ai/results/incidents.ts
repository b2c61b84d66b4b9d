// How failures of results are named in incidents, by day and by night.

export const narrativeIncident = {
  integration: 'ai→defend',
  operation: 'write attack narrative',
  severity: 'high',
} as const

export const recapIncident = { integration: 'ai→voice', operation: 'write call recap', severity: 'normal' } as const
