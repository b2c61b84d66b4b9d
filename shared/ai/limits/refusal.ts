// The words in which a call is refused, and the headers that say what is left of the limits.
import { createHash } from 'node:crypto'
import { AppError } from '../../errors.ts'
import type { AiBudget } from '../ledger/ai-call-table.ts'
import type { AiLimits } from './figures.ts'
import type { Amounts } from './grant.ts'
import { msLeftOfDay, msLeftOfMinute } from './window.ts'

export type LimitKind = 'requests' | 'tokens' | 'tokens-per-day' | 'concurrency'

/** What an instance knows of a budget. */
export type Known = {
  readonly budget: AiBudget
  readonly limits: AiLimits
  /** What is left of the instance's own lease. */
  readonly left: Amounts
}

const secondsOf = (ms: number): number => Math.max(1, Math.ceil(ms / 1_000))

/** As OpenAI names them, `6s`. What other instances have leased counts as used: there may be more, never less. */
export const limitHeaders = ({ budget, limits, left }: Known, now: number): Readonly<Record<string, string>> => {
  const requests = Math.max(0, limits.requestsPerMinute - budget.requests + left.requests)
  const ofMinute = limits.tokensPerMinute - budget.tokens + left.tokens
  const ofDay = limits.tokensPerDay - budget.dayTokens + left.tokens
  const minuteReset = `${secondsOf(msLeftOfMinute(budget.minute, now))}s`
  return {
    'x-ratelimit-limit-requests': String(limits.requestsPerMinute),
    'x-ratelimit-remaining-requests': String(requests),
    'x-ratelimit-reset-requests': minuteReset,
    'x-ratelimit-limit-tokens': String(limits.tokensPerMinute),
    'x-ratelimit-remaining-tokens': String(Math.max(0, Math.min(ofMinute, ofDay))),
    'x-ratelimit-reset-tokens': ofDay < ofMinute ? `${secondsOf(msLeftOfDay(budget.minute, now))}s` : minuteReset,
  }
}

/** Why a call of so many tokens cannot be let in now; undefined when it can, as far as is known. */
export const refusalOf = (tokens: number, tenantId: string, known: Known, now: number): AppError | undefined => {
  const kind = limitInTheWay(known, tokens)
  return kind && (tooLarge(tokens, known.limits) ?? limitReached(kind, tenantId, known, now))
}

/** Which limit keeps it from being let in. Only requests are in the way of a call without tokens. */
const limitInTheWay = ({ budget, limits, left }: Known, tokens: number): LimitKind | undefined => {
  if (tokens > 0 && limits.tokensPerDay - budget.dayTokens + left.tokens < tokens) return 'tokens-per-day'
  if (limits.requestsPerMinute - budget.requests + left.requests < 1) return 'requests'
  if (tokens > 0 && limits.tokensPerMinute - budget.tokens + left.tokens < tokens) return 'tokens'
  return undefined
}

const words: Readonly<Record<LimitKind, string>> = {
  requests: 'The requests that the AI tier has in a minute are used up.',
  tokens: 'The tokens that the AI tier has in a minute are used up, or too few are left for this call.',
  'tokens-per-day': 'The tokens that the AI tier has on a day (UTC) are used up, or too few are left for this call.',
  concurrency: 'As many AI calls are open as the AI tier allows at once.',
}

/** Those who are refused together do not all come back together: each tenant a little later, by its own id. */
const spreadMs = (tenantId: string): number => createHash('sha256').update(tenantId).digest().readUInt16BE(0) % 2_000

/** Of what others have leased and may give back. */
const soonMs = 2_000

export const limitReached = (kind: LimitKind, tenantId: string, known: Known | undefined, now: number): AppError => {
  const wait = known ? waitOf(kind, known, now) : soonMs
  const retryAfterSeconds = secondsOf(wait + spreadMs(tenantId))
  return new AppError('ai-limit-reached', `${words[kind]} Try again in ${retryAfterSeconds} s.`, {
    details: { limit: kind, retryAfterSeconds },
    headers: known ? limitHeaders(known, now) : {},
  })
}

const waitOf = (kind: LimitKind, { budget }: Known, now: number): number => {
  if (kind === 'tokens-per-day') return msLeftOfDay(budget.minute, now)
  return kind === 'concurrency' ? soonMs : msLeftOfMinute(budget.minute, now)
}

/** Of a call that no waiting lets in; undefined for others. */
const tooLarge = (tokens: number, { tokensPerMinute, tokensPerDay }: AiLimits): AppError | undefined => {
  const most = Math.min(tokensPerMinute, tokensPerDay)
  if (tokens <= most) return undefined
  return new AppError(
    'ai-call-too-large',
    `The call may use ${tokens} tokens, prompt and answer together; the AI tier allows ${most} at most.`,
    { details: { limit: 'tokens' } },
  )
}

export const storageAway = (cause: unknown): AppError =>
  new AppError(
    'storage-unavailable',
    'The limits of AI cannot be counted now, so no call is let in. Try again in 5 s.',
    {
      cause,
      details: { retryAfterSeconds: 5 },
    },
  )
