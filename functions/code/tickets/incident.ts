// How failures of tickets are named in incidents. A file of its own, so that the timer does not load the work at start.

export const incidentOf = { integration: 'code→psa', operation: 'create ticket', severity: 'normal' } as const
