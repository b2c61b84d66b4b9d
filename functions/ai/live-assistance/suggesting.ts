// One round of suggestions: articles, replies quoted from them at once, and those of a model when it has them.
import type * as z from 'zod'
import { within } from '../../../shared/deadline.ts'
import { isAppError, toAppError } from '../../../shared/errors.ts'
import { answerFeature } from '../../../shared/features/answering.ts'
import { wholeReply } from '../../../shared/features/replies.ts'
import { ruleInput } from '../../../shared/features/rule-input.ts'
import type { Services } from '../../../shared/services.ts'
import { log } from '../../../shared/telemetry/log.ts'
import { ReplySuggestInput, ReplySuggestion } from '../features/voice/reply-suggest/contract.ts'
import { fallback } from '../features/voice/reply-suggest/fallback.ts'
import { replySuggest } from '../features/voice/reply-suggest/feature.ts'
import { type FittingArticle, fittingArticles } from './articles.ts'
import type { Round } from './rounds.ts'
import type { Followed, SaidLine } from './running-call.ts'

/** One that is asked without articles is asked in time; one that waits for them may not be. */
const articlesMs = 1_000

type Suggesting = { readonly services: Services; readonly followed: Followed; readonly round: Round }

/** Never throws: what fails is told as left out. */
export const suggest = async (suggesting: Suggesting, lines: readonly SaidLine[]): Promise<void> => {
  const { services, followed } = suggesting
  const searching = fittingArticles(services, followed, lines)
  const found = searching.then(
    (articles) => tellArticles(suggesting, lines, articles),
    (error: unknown) => {
      leaveOut(suggesting, 'articles', error)
      suggesting.round.tell('extract')
    },
  )
  await Promise.all([found, askModel(suggesting, lines, searching)])
}

const tellArticles = (
  { followed, round }: Suggesting,
  lines: readonly SaidLine[],
  articles: readonly FittingArticle[],
): void => {
  const { upToLine } = round
  const shown = articles.map(({ id, title, url, excerpt }) => ({ id, title, url, excerpt }))
  round.tell('articles', { event: 'articles', data: { upToLine, articles: shown } })
  const { input, ids } = questionOf(followed, lines, articles)
  // As the feature has it, by which its rules read no secret.
  const { replies } = fallback(ruleInput(input))
  const quoted = { upToLine, replies: repliesOf(replies, ids), model: 'rules', label: quotedLabel, promptVersion: '' }
  round.tell('extract', replies.length === 0 ? undefined : { event: 'replies', data: quoted })
}

const quotedLabel = 'Quoted from the knowledge base: no model has read the call for it.'

const askModel = async (
  suggesting: Suggesting,
  lines: readonly SaidLine[],
  searching: Promise<readonly FittingArticle[]>,
): Promise<void> => {
  const { services, followed, round } = suggesting
  const { tenantId, userId } = followed
  const { signal, upToLine } = round
  const isThere = (await services.models())
    .serving(replySuggest.modelClass, 'enterprise')
    .some((id) => id !== 'embedded')
  if (!isThere || round.isTold('model')) return round.tell('model')
  const articles = await within('PSA', articlesMs, { call: () => searching }).catch(() => [])
  if (signal.aborted) return
  const { input, ids } = questionOf(followed, lines, articles)
  try {
    const { body } = await wholeReply(answerFeature(services, replySuggest, { tenantId, userId, input, signal }))
    const { model, label, promptVersion } = body
    // By rule: these were told before.
    if (model === 'rules') return round.tell('model', unavailableOf('model', upToLine, 'model-unavailable'))
    const replies = repliesOf(ReplySuggestion.parse(body.answer).replies, ids)
    // What was quoted from the knowledge base is better than nothing.
    if (replies.length === 0) return round.tell('model')
    const data = { upToLine, replies, model, ...(label !== undefined && { label }), promptVersion }
    round.tell('model', { event: 'replies', data })
  } catch (error) {
    leaveOut(suggesting, 'model', error)
  }
}

/** Of a round that is over nobody wants to know. */
const leaveOut = ({ followed, round }: Suggesting, of: 'articles' | 'model', thrown: unknown): void => {
  if (round.signal.aborted) return
  const error = toAppError(thrown)
  log[isAppError(thrown) ? 'warn' : 'error']('ai.assistance.left_out', { tenantId: followed.tenantId, of, error })
  round.tell(of, unavailableOf(of, round.upToLine, error.code))
}

const unavailableOf = (of: 'articles' | 'model', upToLine: number, code: string) =>
  ({ event: 'unavailable', data: { upToLine, of, code } }) as const

type Ids = { readonly lines: ReadonlyMap<string, number>; readonly articles: ReadonlyMap<string, string> }
type Question = { readonly input: z.output<typeof ReplySuggestInput>; readonly ids: Ids }

/** Ids that a model can repeat without a slip: those of PSA may be of any form. */
const questionOf = (
  { callId }: Followed,
  lines: readonly SaidLine[],
  articles: readonly FittingArticle[],
): Question => {
  const named = articles.map((article, index) => ({ name: `kb-${index + 1}`, article }))
  return {
    input: ReplySuggestInput.parse({
      call: { id: callId },
      lines: lines.map(({ number, speaker, text }) => ({ id: `l-${number}`, speaker, text })),
      articles: named.map(({ name, article: { title, text } }) => ({ id: name, title, text: text || title })),
    }),
    ids: {
      lines: new Map(lines.map(({ number }) => [`l-${number}`, number])),
      articles: new Map(named.map(({ name, article }) => [name, article.id])),
    },
  }
}

const repliesOf = (replies: z.output<typeof ReplySuggestion>['replies'], { lines, articles }: Ids) =>
  replies.map(({ text, evidence }) => ({
    text,
    lines: evidence.flatMap((id) => lines.get(id) ?? []),
    articles: evidence.flatMap((id) => articles.get(id) ?? []),
  }))
