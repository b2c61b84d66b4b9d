// Searches PSA's knowledge base as a user sees it.
import * as z from 'zod'
import type { OperationCall } from '../../peer-client/operation-call.ts'
import { needing, reading } from '../../schema/reading.ts'
import { type UserRead, refusedReads, userReadOf } from '../user-read/user-read.ts'
import { PsaArticle, articlesMax } from './article-contract.ts'
import type { psaContract } from './operations.ts'

const ReadPsaArticles = reading(z.object({ articles: z.array(needing(PsaArticle, ['id', 'title', 'text', 'url'])) }))
export type ReadPsaArticle = z.output<typeof ReadPsaArticles>['articles'][number]

export type PsaArticlesClient = {
  /** `not-found`: the organization has no knowledge base. @param words at most 500 characters */
  readonly searchArticles: (
    tenantId: string,
    userId: string,
    words: string,
  ) => Promise<UserRead<readonly ReadPsaArticle[]>>
}

export const createPsaArticlesClient = (call: OperationCall<typeof psaContract>): PsaArticlesClient => ({
  searchArticles: async (tenantId, userId, words) => {
    const query = { query: words, limit: articlesMax }
    const answers = { 200: ReadPsaArticles, ...refusedReads }
    const found = userReadOf(await call('searchArticles', { tenantId, userId, query, answers }))
    return found.outcome === 'read' ? { outcome: 'read', record: found.record.articles } : found
  },
})
