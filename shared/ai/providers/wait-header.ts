// How long a provider asks to be left alone, in every form in which they say it.
import { parseRetryAfter } from '../../peer-client/retry-after.ts'

/** Milliseconds; undefined when nothing is said, or nothing that makes sense. The most exact form counts. */
export const waitOf = (headers: Headers, now = Date.now()): number | undefined => {
  const exact = headers.get('retry-after-ms')?.trim() ?? ''
  if (/^\d{1,9}(?:\.\d+)?$/.test(exact)) return Number(exact)
  const seconds = parseRetryAfter(headers.get('retry-after'), now)
  return seconds === undefined ? waitForReset(headers, now) : seconds * 1_000
}

const limits = ['requests', 'tokens', 'input-tokens', 'output-tokens']

/** Only of a limit of which nothing is left: the others are no reason to wait. -1 and 0 without a reset mean "unknown". */
const waitForReset = (headers: Headers, now: number): number | undefined => {
  const waits = ['x-ratelimit', 'anthropic-ratelimit'].flatMap((family) =>
    limits.flatMap((limit) => {
      const order =
        family === 'x-ratelimit'
          ? (part: string) => `${family}-${part}-${limit}`
          : (part: string) => `${family}-${limit}-${part}`
      if (headers.get(order('remaining')) !== '0') return []
      const wait = durationOf(headers.get(order('reset')) ?? '', now)
      return wait === undefined ? [] : [wait]
    }),
  )
  return waits.length === 0 ? undefined : Math.max(...waits)
}

const unitMs = { h: 3_600_000, m: 60_000, s: 1_000, ms: 1 } as const

/** `6m0s`, `120ms`, `12` (seconds), `2026-11-28T21:00:00Z`. */
const durationOf = (text: string, now: number): number | undefined => {
  if (/^\d{1,6}(?:\.\d+)?$/.test(text)) return Number(text) * 1_000
  if (/^\d{4}-\d\d-\d\dT/.test(text)) {
    const until = Date.parse(text)
    return Number.isNaN(until) ? undefined : Math.max(0, until - now)
  }
  const parts = /^(?:(\d{1,4})h)?(?:(\d{1,4})m(?!s))?(?:(\d{1,6}(?:\.\d+)?)s)?(?:(\d{1,6}(?:\.\d+)?)ms)?$/.exec(text)
  if (!parts || text === '') return undefined
  const [, hours = '0', minutes = '0', seconds = '0', milliseconds = '0'] = parts
  return Number(hours) * unitMs.h + Number(minutes) * unitMs.m + Number(seconds) * unitMs.s + Number(milliseconds)
}
