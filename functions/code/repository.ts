// A repository as The One Code names it wherever it tells of one.
import * as z from 'zod'
import { OpaqueId, name, repositoryWebLink } from '../../shared/text/text-schema.ts'

export const Repository = z.strictObject({
  id: OpaqueId,
  name: name(200).describe('As people know it, e.g. northwind/storefront'),
  url: repositoryWebLink.optional(),
  organizationId: OpaqueId.describe('The source-control organization that it belongs to'),
})
