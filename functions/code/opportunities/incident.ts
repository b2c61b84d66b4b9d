// How failures of opportunities are named in incidents. A file of its own, so that the timer does not load the work at start.

export const incidentOf = { integration: 'code→crm', operation: 'create opportunity', severity: 'normal' } as const
