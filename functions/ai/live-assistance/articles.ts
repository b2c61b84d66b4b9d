// Articles of the knowledge base that fit what is talked about: found by PSA, ranked here by what they have in common with it.
import {
  type Emergency,
  emergenciesIn,
  emergencyWords,
  isAboutEmergency,
} from '../../../shared/ai/calls/emergencies.ts'
import { isIrreversible } from '../../../shared/ai/calls/irreversible-steps.ts'
import { chooseSentences } from '../../../shared/ai/offline/sentence-choice.ts'
import { countOf, createSimilarity } from '../../../shared/ai/offline/similar-texts.ts'
import { wordsOf } from '../../../shared/ai/offline/terms.ts'
import type { ReadPsaArticle } from '../../../shared/peers/psa/articles-client.ts'
import type { Services } from '../../../shared/services.ts'
import { oneLine } from '../../../shared/text/quoted-text.ts'
import { redactSecrets } from '../../../shared/text/secret-redaction.ts'
import { shorten } from '../../../shared/text/shortened-text.ts'
import type { Followed, SaidLine } from './running-call.ts'
import { type Spoken, isEveryday, spokenIn } from './spoken-words.ts'

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

/** Of what is talked about, what an article has to say as well: by `npm run eval`, the development half. */
const shareMin = 0.28

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
  const words = [...new Set(wordsOf(said).toReversed())].filter(
    (word) => word.length <= wordLengthMax && !isEveryday(word),
  )
  // An emergency is what the call is about, also when other things were mentioned since.
  const emergencies = emergenciesIn(lines.map(({ text }) => text))
  const sought = [...wordsOf(emergencyWords(emergencies)), ...words].slice(0, wordsMax)
  if (sought.length === 0) return []
  const psa = await services.forReading.psa()
  const found = await psa.searchArticles(tenantId, userId, sought.join(' '))
  return found.outcome === 'read' ? ranked(found.record, said, emergencies) : []
}

/** Those about an emergency first, and the most similar ones first. @param said line by line */
export const ranked = (
  articles: readonly ReadPsaArticle[],
  said: string,
  emergencies: readonly Emergency[] = emergenciesIn(said.split('\n')),
): readonly FittingArticle[] => {
  const isUrgent = ({ title, text }: ReadPsaArticle): boolean => isAboutEmergency(`${title}\n${text}`, emergencies)
  const sought = [said, emergencyWords(emergencies)].join('\n')
  const urgent = similarTo(articles.filter(isUrgent), sought).map(({ article }) => article)
  const terms = new Set(spokenIn(said).map(({ term }) => term))
  const others = similarTo(
    articles.filter((article) => !isUrgent(article)),
    said,
  )
    .filter((one) => one.share >= shareMin && isAbout(one, terms))
    .map(({ article }) => article)
  return [...urgent, ...others].slice(0, articlesMax).map((article) => shown(article, sought))
}

type Read = { readonly article: ReadPsaArticle; readonly title: readonly Spoken[]; readonly text: readonly Spoken[] }

const similarTo = (
  articles: readonly ReadPsaArticle[],
  said: string,
): readonly (Read & { readonly share: number })[] => {
  const spoken = spokenIn(said)
  const read = articles.map((article) => ({
    article,
    title: spokenIn(article.title),
    text: spokenIn(article.text),
  }))
  // A title says what the article is for: its words count twice.
  const counts = read.map(({ title, text }) => countOf(termsIn([...title, ...title, ...text])))
  const similar = createSimilarity(counts)(countOf(termsIn(spoken)), { max: articles.length })
  return similar.flatMap(({ index, share }) => {
    const one = read[index]
    return one ? [{ ...one, share }] : []
  })
}

const termsIn = (spoken: readonly Spoken[]): readonly string[] =>
  spoken.flatMap(({ term, concepts }) => [term, ...concepts])

/** One word in common is chance, unless it names something that IT looks after, and the title names it too. */
const isAbout = ({ title, text }: Read, spoken: ReadonlySet<string>): boolean =>
  new Set([...title, ...text].map(({ term }) => term).filter((term) => spoken.has(term))).size > 1 ||
  title.some(({ term, concepts }) => spoken.has(term) && concepts.length > 0)

const shown = ({ id, title, url, text }: ReadPsaArticle, said: string): FittingArticle => {
  const plain = redactSecrets(text)
  const [best] = chooseSentences(said, [{ id, text: plain }], { max: 1, bytesMax: 2_000, isLeftOut: isIrreversible })
  return {
    id,
    title: shorten(oneLine(title), 300),
    url,
    text: shorten(plain, 8_000),
    excerpt: shorten(oneLine(best?.sentence ?? plain), excerptMax),
  }
}
