// The words of Hub's contract that stand without a schema: products and roles, and what a status comes to.

/** Slugs of the products, as they stand in `entitlements`. */
export const products = [
  'hub',
  'psa',
  'crm',
  'defend',
  'rmm',
  'books',
  'voice',
  'cmdb',
  'people',
  'oncall',
  'portal',
  'code',
  'ai',
  'studio',
] as const
export type Product = (typeof products)[number]

/** What can be bought for AI, from the least to the most. */
export const aiTiers = ['ai-basic', 'ai-pro', 'ai-enterprise'] as const
export type AiTier = (typeof aiTiers)[number]

/** From the most to the least that a user may do in the organization. */
export const orgRoles = ['owner', 'admin', 'member', 'viewer'] as const

/** An organization in a status that is not known here counts as suspended. */
export const isSuspended = ({ status }: { readonly status: string }): boolean => status !== 'active'
