// What can be mapped to a client.
import * as z from 'zod'

/** A source-control organization, or one repository of it that belongs to another client. */
export const MappingSource = z.enum(['organization', 'repository'])
