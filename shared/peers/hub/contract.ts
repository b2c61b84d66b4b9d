// The wire between Hub and the products, version 1: the product token (HUB-1), the addresses through which sign-in goes (HUB-2),
// the directory of organizations and users, and billing.
import * as z from 'zod'
import { aiTiers, orgRoles, products } from './vocabulary.ts'

export const Product = z.enum(products)
export type Product = z.infer<typeof Product>

export const OrgRole = z.enum(orgRoles)
export type OrgRole = z.infer<typeof OrgRole>

export const AiTier = z.enum(aiTiers)
export type AiTier = z.infer<typeof AiTier>

const numericDate = z.int().positive()
// oxlint-disable-next-line no-control-regex
const withoutControls = /^[^\u0000-\u001f\u007f]*$/u
const id = z.string().min(1).max(200).regex(withoutControls, 'has a control character')
const name = z.string().max(200).regex(withoutControls, 'has a control character')

/**
 * Claims of the product token: a JWT signed HS256 with the secret of its audience, alive for at most 5 minutes, good for one
 * exchange. Claims that a later Hub adds are ignored.
 */
export const ProductTokenClaims = z.object({
  /** `portal_user_id` */
  sub: id,
  email: z.email().max(320),
  firstName: name,
  lastName: name,
  tenantId: id,
  tenantSlug: id,
  tenantName: name,
  orgRole: OrgRole,
  /** Products that the organization has. Slugs that this version does not know are kept. */
  entitlements: z.array(z.string().max(50)).max(100),
  iss: z.string(),
  aud: z.string(),
  iat: numericDate,
  exp: numericDate,
  /** Unique for each token: what makes it work once. */
  jti: id,
  /** The Hub session from which the product session is opened, and when it ends. */
  sid: id,
  session_exp: numericDate,
  /** Echo of the login request: ties the token to the browser that asked for it. */
  nonce: z.string().max(200).optional(),
})
export type ProductTokenClaims = z.infer<typeof ProductTokenClaims>

export const productTokenSecondsMax = 300

/** Path on Hub to which a product sends the browser, with these query parameters. Hub answers by a form post to the product. */
export const loginPath = '/sso/login'
export const LoginRequest = z.object({
  product: z.enum(['code', 'ai']),
  /** base64url SHA-256 of the product's nonce cookie; comes back in the token. */
  nonce: z.string().regex(/^[A-Za-z0-9_-]{43}$/),
  /** Path on the product to open after sign-in; comes back as a form field. */
  returnTo: z.string().max(2000).optional(),
  /** As in OpenID Connect: the e-mail address of who wants to sign in. */
  login_hint: z.string().max(320).optional(),
})
export type LoginRequest = z.infer<typeof LoginRequest>

/**
 * Request headers of every call to the directory and to billing. The tenant is that of the path, or of an adjustment's body; a list
 * of all organizations has none.
 */
export const hubHeaders = { key: 'X-Integration-Key', tenant: 'X-Tenant-Id' } as const

export const hubLimits = {
  /** Users that one read by ids may ask for. */
  idsPerRead: 100,
  /** Organizations or users on a page, when the reader does not say, and at most. */
  pageSize: 100,
  pageSizeMax: 500,
  /** Days that one read of usage may ask for. */
  usageDaysPerRead: 400,
} as const

/** `portal_user_id`. Without commas and control characters, since ids travel as a comma-separated list. */
// oxlint-disable-next-line no-control-regex
export const HubUserId = id.regex(/^[^,\u0000-\u001f\u007f]+$/u, 'has a comma or a control character')

const Products = z.array(Product).max(100)

/** Answer of `GET /v1/organizations/{id}`. */
export const HubOrganization = z.object({
  /** `tenantId` of the product token. */
  id,
  slug: id,
  name,
  status: z.enum(['active', 'suspended']),
  /** What the organization has bought. */
  products: Products,
  /** What it has bought for AI: holds for users who have none of their own, and for calls without a user. */
  aiTier: AiTier.optional(),
})
export type HubOrganization = z.infer<typeof HubOrganization>

/** Answer of `GET /v1/organizations/{id}/users/{userId}`. */
export const HubUser = z.object({
  id: HubUserId,
  email: z.email().max(320),
  firstName: name,
  lastName: name,
  status: z.enum(['active', 'deactivated']),
  orgRole: OrgRole,
  /** What the user has been granted. Works only while the organization has it too. */
  products: Products,
  /** What was bought for the user's AI. */
  aiTier: AiTier.optional(),
  /** Grows with every change of the user. */
  version: z.int().min(1),
  updatedAt: z.iso.datetime(),
})
export type HubUser = z.infer<typeof HubUser>

const HubCursor = z.string().min(1).max(1_000)

/** Answer of `GET /v1/organizations?limit=&cursor=`, in the order of ids. The last page has no `nextCursor`. */
export const HubOrganizationPage = z.object({
  organizations: z.array(HubOrganization).max(hubLimits.pageSizeMax),
  nextCursor: HubCursor.optional(),
})
export type HubOrganizationPage = z.infer<typeof HubOrganizationPage>

/** Answer of `GET /v1/organizations/{id}/users?limit=&cursor=`, in the order of ids, and of `?ids=a,b` (unknown ids left out). */
export const HubUserPage = z.object({
  users: z.array(HubUser).max(hubLimits.pageSizeMax),
  nextCursor: HubCursor.optional(),
})
export type HubUserPage = z.infer<typeof HubUserPage>

/** RFC 9457 problem document: the body of every status from 400 on. */
export const HubProblem = z.object({
  type: z.string().optional(),
  title: z.string(),
  status: z.int(),
  detail: z.string().optional(),
})

/** What is counted for billing, such as `repos_protected`. */
export const HubMetric = z.string().regex(/^[a-z][a-z0-9_]{0,63}$/, 'is not a metric: lower case letters, digits and _')

/** A day in UTC: `2026-11-22`. */
export const HubDate = z.iso.date()

/** Body of `PUT /v1/billing/usage/{metric}/{tenantId}/{date}`. */
export const HubUsageReport = z.strictObject({ quantity: z.int().min(0) })

/**
 * Body of `PUT /v1/billing/adjustments/{id}`: what a day's usage is corrected by. Answered 201, 200 when it is repeated, and 409
 * when Hub has another adjustment with this id. A day for which no usage is recorded is refused with 422.
 */
export const HubAdjustmentDraft = z.strictObject({
  tenantId: id,
  metric: HubMetric,
  date: HubDate,
  delta: z.int().refine((delta) => delta !== 0, 'is 0, and corrects nothing'),
  /** For the person who reads the bill. */
  reason: z.string().min(1).max(500),
})
export type HubAdjustmentDraft = z.infer<typeof HubAdjustmentDraft>

/** Given by who adjusts, unique over all tenants. */
export const HubAdjustmentId = id

/** Answer of `PUT /v1/billing/adjustments/{id}`. */
export const HubAdjustment = z.object({
  id: HubAdjustmentId,
  delta: z.int(),
  reason: z.string(),
  recordedAt: z.iso.datetime(),
})
export type HubAdjustment = z.infer<typeof HubAdjustment>

/**
 * A day's usage as it is recorded: the answer of its PUT, which is 201, or 200 when it is reported again with the same quantity. A
 * quantity never changes: what is billed is the quantity and all adjustments together.
 */
export const HubUsage = z.object({
  date: HubDate,
  quantity: z.int().min(0),
  recordedAt: z.iso.datetime(),
  /** In the order in which they were made. */
  adjustments: z.array(HubAdjustment),
})
export type HubUsage = z.infer<typeof HubUsage>

/** The 409 of a usage whose quantity is another one than the recorded one. */
export const HubUsageDiffers = HubProblem.extend({ usage: HubUsage })

const dayMs = 86_400_000

/** Query of `GET /v1/billing/usage/{metric}/{tenantId}?from=&to=`: both days are in it. */
export const HubUsageRange = z
  .strictObject({ from: HubDate, to: HubDate })
  .refine(({ from, to }) => from <= to, 'ends before it begins')
  .refine(
    ({ from, to }) => (Date.parse(to) - Date.parse(from)) / dayMs < hubLimits.usageDaysPerRead,
    `has more than ${hubLimits.usageDaysPerRead} days`,
  )
export type HubUsageRange = Readonly<z.infer<typeof HubUsageRange>>

/** The days that are recorded, in their order. */
export const HubUsageList = z.object({ usage: z.array(HubUsage).max(hubLimits.usageDaysPerRead) })
export type HubUsageList = z.infer<typeof HubUsageList>
