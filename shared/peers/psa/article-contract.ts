// The wire of PSA's knowledge base, which is searched on behalf of a user: PSA decides which articles this user may read.
import * as z from 'zod'
import { UtcTime } from './contract.ts'

/** Articles that one search may ask for. */
export const articlesMax = 20
export const articleTextMax = 8_000

export const PsaArticle = z.object({
  id: z.string().min(1).max(100),
  title: z.string().min(1).max(300),
  /** Plain text, at most its beginning. */
  text: z.string().max(articleTextMax),
  updatedAt: UtcTime,
  /** Opens it in PSA, for a person. */
  url: z.url({ protocol: /^https?$/ }),
})
export type PsaArticle = z.infer<typeof PsaArticle>

/** Answer of `GET /v1/knowledge-articles?query=&limit=`: those that have any of the words, the ones with the most of them first. */
export const PsaArticles = z.object({ articles: z.array(PsaArticle).max(articlesMax) })
