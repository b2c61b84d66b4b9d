// Articles of the knowledge base that fit what is talked about: found by PSA, ranked here by what they have in common with it.
import { chooseSentences } from '../../../shared/ai/offline/sentence-choice.ts'
import { countTerms, createSimilarity } from '../../../shared/ai/offline/similar-texts.ts'
import { wordsOf } from '../../../shared/ai/offline/terms.ts'
import type { ReadPsaArticle } from '../../../shared/peers/psa/articles-client.ts'
import type { Services } from '../../../shared/services.ts'
import { oneLine } from '../../../shared/text/quoted-text.ts'
import { redactSecrets } from '../../../shared/text/secret-redaction.ts'
import { shorten } from '../../../shared/text/shortened-text.ts'
import type { Followed, SaidLine } from './running-call.ts'

export type FittingArticle = {
  readonly id: string
  readonly title: string
  readonly url: string
  readonly text: string
  readonly excerpt: string
}

const articlesMax = 3
/** Lines that are searched by. */
const linesRead = 6
const wordsMax = 24
const wordLengthMax = 20
const excerptMax = 300

/** One that has a word in common by chance says nothing about what is talked about. */
const shareMin = 0.08

/** None where PSA has no knowledge base, or shows the technician none of it. @throws AppError of the peer */
export const fittingArticles = async (
  services: Services,
  { tenantId, userId }: Pick<Followed, 'tenantId' | 'userId'>,
  lines: readonly SaidLine[],
): Promise<readonly FittingArticle[]> => {
  const said = lines
    .slice(-linesRead)
    .map(({ text }) => text)
    .join('\n')
  // What was said last counts most.
  const words = [...new Set(wordsOf(said).toReversed())].filter((word) => word.length <= wordLengthMax)
  if (words.length === 0) return []
  const psa = await services.forReading.psa()
  const found = await psa.searchArticles(tenantId, userId, words.slice(0, wordsMax).join(' '))
  return found.outcome === 'read' ? ranked(found.record, said) : []
}

/** The most similar ones first. */
export const ranked = (articles: readonly ReadPsaArticle[], said: string): readonly FittingArticle[] => {
  const counts = articles.map(({ title, text }) => countTerms(`${title}\n${text}`))
  const similar = createSimilarity(counts)(countTerms(said), { max: articlesMax })
  return similar.flatMap(({ index, share }) => {
    const article = articles[index]
    return article && share >= shareMin ? [shown(article, said)] : []
  })
}

const shown = ({ id, title, url, text }: ReadPsaArticle, said: string): FittingArticle => {
  const plain = redactSecrets(text)
  const [best] = chooseSentences(said, [{ id, text: plain }], { max: 1, bytesMax: 2_000 })
  return {
    id,
    title: shorten(oneLine(title), 300),
    url,
    text: shorten(plain, 8_000),
    excerpt: shorten(oneLine(best?.sentence ?? plain), excerptMax),
  }
}
