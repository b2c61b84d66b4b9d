// A repository as The One Code names it wherever it tells of one.
import * as z from 'zod'
import { OpaqueId, name, repositoryWebLink } from '../../shared/text/text-schema.ts'

export const Repository = z.strictObject({
  id: OpaqueId,
  name: name(200).describe('Display name, e.g. northwind/storefront'),
  url: repositoryWebLink.optional(),
  organizationId: OpaqueId.describe('Its source-control organization'),
})
