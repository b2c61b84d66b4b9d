// The organization in the path of what operators do.
import * as z from 'zod'
import { OpaqueId } from '../text/text-schema.ts'

/** Hub makes the ids of organizations, and none has a slash. */
export const TenantPath = z.strictObject({
  tenantId: OpaqueId.refine((id) => !id.includes('/'), 'must have no slash').describe('The organization in Hub'),
})
