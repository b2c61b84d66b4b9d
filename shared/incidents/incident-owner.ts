// Whose incidents a partition holds: `tenant:<id>`, or `platform` for faults that strike every tenant alike.
export const platform = 'platform'

const prefix = 'tenant:'

export const ownerOfTenant = (tenantId: string): string => `${prefix}${tenantId}`

/** Undefined for the platform. */
export const tenantOfOwner = (owner: string): string | undefined =>
  owner.startsWith(prefix) ? owner.slice(prefix.length) : undefined
