// What the endpoints of clients and of their repositories take and answer.
import * as z from 'zod'
import { nextCursor, pageQuery } from '../../../shared/http/page-query.ts'
import { OpaqueId, name } from '../../../shared/text/text-schema.ts'
import { MappingSource } from './mapping-source.ts'

/** Ids of other products are opaque, and at most 64 characters long there. */
const IdElsewhere = OpaqueId.max(64)

export const Listing = z.strictObject(pageQuery(25))

export const ClientPath = z.strictObject({ clientId: OpaqueId })
export const ClientDraft = z.strictObject({
  name: name(200),
  psaCompanyId: IdElsewhere.optional().describe('The company in PSA. Without it, tickets go to the triage board'),
  crmCompanyId: IdElsewhere.optional().describe('The company in CRM. Without it, opportunities have no company'),
  cmdbClientId: IdElsewhere.optional().describe('The client in CMDB'),
})
export type ClientDraft = z.infer<typeof ClientDraft>

export const Client = z
  .object({
    clientId: z.string(),
    name: z.string(),
    psaCompanyId: z.string().nullable(),
    crmCompanyId: z.string().nullable(),
    cmdbClientId: z.string().nullable(),
  })
  .meta({ id: 'Client', description: 'A client company and its ids in the other products' })
export type Client = z.input<typeof Client>
export const Clients = z.object({ clients: z.array(Client), nextCursor }).meta({ id: 'Clients' })

export const MappingPath = z.strictObject({ source: MappingSource, sourceId: OpaqueId })
export const MappingDraft = z.strictObject({ clientId: OpaqueId })
export const ClientMapping = z
  .object({ source: MappingSource, sourceId: z.string(), clientId: z.string() })
  .meta({ id: 'ClientMapping', description: 'The client of an organization or of a repository' })
export type ClientMapping = z.input<typeof ClientMapping>
export const ClientMappings = z.object({ mappings: z.array(ClientMapping), nextCursor }).meta({ id: 'ClientMappings' })
