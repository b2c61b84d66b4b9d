// Whose incidents a partition holds: `tenant:<id>`, or `platform` for faults that strike every tenant alike.
export const platform = 'platform'
export const ownerOfTenant = (tenantId: string): string => `tenant:${tenantId}`
