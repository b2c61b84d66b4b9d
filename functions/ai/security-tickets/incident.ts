// How failures of security tickets are named in incidents, by day and by night.

export const incidentOf = {
  integration: 'defend→psa',
  operation: 'create security ticket',
  severity: 'high',
} as const
