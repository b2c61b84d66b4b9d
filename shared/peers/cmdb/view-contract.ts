// The wire of an asset as a user sees it in CMDB: those that this suite puts there, and those that others have.
import * as z from 'zod'
import { RecordUrl } from '../user-read/contract.ts'
import { CmdbExternalReference } from './contract.ts'

/** Answer of `GET /v1/assets/{externalReference}/view`. */
export const CmdbAssetView = z.object({
  externalReference: CmdbExternalReference,
  name: z.string(),
  /** `server`, `software_application`: CMDB's own word, which people add to. */
  type: z.string(),
  state: z.enum(['active', 'retired']),
  clientName: z.string().nullable(),
  attributes: z.array(z.object({ name: z.string(), value: z.string() })).max(100),
  /** What it depends on, and what depends on it, in words: `runs on fin-srv-02`. */
  relations: z.array(z.string()).max(100),
  updatedAt: z.iso.datetime(),
  url: RecordUrl,
})
export type CmdbAssetView = z.infer<typeof CmdbAssetView>
