// The wire of PSA agents: the people of an MSP as PSA knows them.
import * as z from 'zod'
import { PageEnd, UtcTime, psaLimits } from './contract.ts'

/** `portal_user_id` of Hub. Without commas and control characters, since identities travel as a comma-separated list. */
export const PsaAgentIdentity = z
  .string()
  .min(1)
  .max(200)
  // oxlint-disable-next-line no-control-regex
  .regex(/^[^,\u0000-\u001f\u007f]+$/u, 'has a comma or a control character')
  .refine((identity) => identity.isWellFormed(), 'contains half a character (a lone surrogate)')

const PsaAgentRole = z.enum(['admin', 'technician', 'viewer'])

/**
 * Body of `PUT /v1/agents/{identity}`, which answers 201 with a new agent and 200 with one that was there, as it now stands.
 * A `sourceVersion` lower than the agent's changes nothing, whatever else the body says: a late writer cannot undo a newer one. An equal
 * one is taken, since an organization that loses PSA changes what its users may do, and no version of a user.
 */
export const PsaAgentDraft = z.strictObject({
  email: z.email().max(320),
  firstName: z.string().max(200),
  lastName: z.string().max(200),
  role: PsaAgentRole,
  /** Who is not active can edit no ticket. Their tickets stay visible and assigned to them. */
  active: z.boolean(),
  /** Version of the Hub user that this was made from. */
  sourceVersion: z.int().min(1),
})
export type PsaAgentDraft = z.infer<typeof PsaAgentDraft>

/** Answer of `GET /v1/agents/{identity}`. */
export const PsaAgent = z.object({
  identity: PsaAgentIdentity,
  email: z.string(),
  firstName: z.string(),
  lastName: z.string(),
  role: PsaAgentRole,
  active: z.boolean(),
  sourceVersion: z.int().min(1),
  updatedAt: UtcTime,
})
export type PsaAgent = z.infer<typeof PsaAgent>

/** Answer of `GET /v1/agents?limit=&cursor=`, in the order of identities, and of `?ids=a,b` (unknown ones left out). */
export const PsaAgentPage = PageEnd.extend({ agents: z.array(PsaAgent).max(psaLimits.pageSizeMax) })
export type PsaAgentPage = z.infer<typeof PsaAgentPage>
