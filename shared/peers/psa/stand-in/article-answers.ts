// The knowledge base of the PSA stand-in: articles that the control API puts, searched by their words, each for who may read it.
import type { Answers } from '../../../../local/stand-ins/keyed-contract.ts'
import type { Views } from '../../../../local/stand-ins/views.ts'
import { PsaArticle, articlesMax } from '../article-contract.ts'
import type { psaContract } from '../operations.ts'

export const articleKind = { schema: PsaArticle, path: 'articles', atLeast: 'viewer' } as const

export const psaArticleAnswers = (views: Views): Pick<Answers<typeof psaContract>, 'searchArticles'> => ({
  searchArticles: ({ tenantId, userId, query }) => {
    const asked = { tenantId, userId }
    const words = new Set((query.get('query') ?? '').toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [])
    const limit = Math.min(Number(query.get('limit')) || articlesMax, articlesMax)
    const ofTenant = views.list().filter((record) => record.tenantId === tenantId && record.kind === 'article')
    const found = ofTenant.flatMap(({ id }) => {
      const { status, body } = views.answerRecord(asked, 'article', id)
      const article = status === 200 ? PsaArticle.parse(body) : undefined
      const hits = article ? hitsIn(`${article.title} ${article.text}`, words) : 0
      return article && hits > 0 ? [{ article, hits }] : []
    })
    const articles = found
      .toSorted((one, other) => other.hits - one.hits || one.article.id.localeCompare(other.article.id))
      .slice(0, limit)
      .map(({ article }) => article)
    if (views.isAtLeast(asked, 'viewer')) return { status: 200, body: { articles } }
    // Whoever is nobody here is told so.
    return views.answer(asked, { clientId: null, atLeast: 'viewer', body: undefined })
  },
})

const hitsIn = (text: string, words: ReadonlySet<string>): number =>
  new Set((text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []).filter((word) => words.has(word))).size
