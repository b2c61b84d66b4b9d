// How well a running call finds the article that helps, and whether replies are word for word from the articles.
import { ranked } from '../../functions/ai/live-assistance/articles.ts'
import type { Answerer } from '../answerer.ts'
import type { Measure } from '../measure.ts'
import { type Part, inPart, spread } from '../part.ts'
import { articles, excerpts } from './excerpts.ts'

const feature = 'live-assistance'

type Replies = { readonly replies: readonly { readonly text: string; readonly evidence: readonly string[] }[] }

/** The search of PSA is left out: every article of the knowledge base is ranked, which is harder. */
export const measureAssistance = async (answerer: Answerer, part: Part, max: number): Promise<readonly Measure[]> => {
  const known = articles()
  const cases = spread(inPart(excerpts(), part), max).map((excerpt) => ({
    ...excerpt,
    offered: ranked(known, excerpt.lines.map(({ text }) => text).join('\n')),
  }))
  const helped = cases.filter(({ helps }) => helps !== null)
  const idle = cases.filter(({ helps }) => helps === null)
  const replies = []
  for (const { lines, offered } of cases) {
    if (offered.length === 0) continue
    const asked = { call: { id: 'call' }, lines, articles: offered.map(({ id, title, text }) => ({ id, title, text })) }
    const answer = (await answerer.ask('reply-suggest', asked)) as Replies
    for (const { text, evidence } of answer.replies)
      replies.push({ text, sources: [...offered, ...lines].filter(({ id }) => evidence.includes(id)) })
  }
  const score = (name: string, right: number, of: number, bar?: number): Measure => ({ feature, name, right, of, bar })
  const verbatim = replies.filter(({ text, sources }) => sources.some((source) => source.text.includes(text)))
  return [
    score(
      'right article first',
      helped.filter(({ helps, offered }) => offered[0]?.id === helps).length,
      helped.length,
      0.7,
    ),
    score(
      'right article among the first three',
      helped.filter(({ helps, offered }) => offered.some(({ id }) => id === helps)).length,
      helped.length,
      0.8,
    ),
    score(
      'nothing offered where no article helps',
      idle.filter(({ offered }) => offered.length === 0).length,
      idle.length,
      0.5,
    ),
    ...(answerer.isVerbatim ? [score('replies word for word', verbatim.length, replies.length, 1)] : []),
  ]
}
