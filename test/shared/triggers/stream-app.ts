// An app of its own whose functions answer with streams: the entry of the host in http-events.host.test.ts.
import { setTimeout as sleep } from 'node:timers/promises'
import * as z from 'zod'
import { start } from '../../../functions/apps/start.ts'
import { anyone } from '../../../shared/auth/caller.ts'
import { AppError } from '../../../shared/errors.ts'
import { log } from '../../../shared/telemetry/log.ts'
import { currentTrace } from '../../../shared/telemetry/trace.ts'
import { http } from '../../../shared/triggers/http.ts'

/** What happened to runs by their name, read back over HTTP. */
const fates: Record<string, string[]> = {}
const note = (run: string, fate: string): void => void (fates[run] ??= []).push(fate)

const Run = z.strictObject({ run: z.string() })
const Part = z.strictObject({ n: z.int() })

const base = { method: 'GET', callers: [anyone], rate: { by: 'address', perMinute: 10_000 } } as const

const parts = http({
  ...base,
  name: 'ai-read-parts',
  route: 'ai/parts',
  summary: 'Counts to four',
  query: Run,
  returns: { 200: z.strictObject({ numbers: z.array(z.int()) }) },
  events: { part: Part, message: z.strictObject({ trace: z.string() }) },
  handler: ({ wantsEvents, query: { run }, signal }) => {
    if (!wantsEvents) return { status: 200, body: { numbers: [0, 1, 2, 3] } }
    const numbers = async function* () {
      try {
        for (let n = 0; n < 4; n += 1) {
          yield { event: 'part', id: String(n), data: { n } }
          await sleep(run === 'slow' ? 10_000 : 100, undefined, { signal })
        }
        yield { data: { trace: currentTrace()?.correlationId } }
        yield { text: '[DONE]' }
      } finally {
        log.info('parts.ended', { run })
        note(run, signal.aborted ? `left: ${(signal.reason as AppError).code}` : 'whole')
      }
    }
    return { events: numbers() }
  },
})

const failing = http({
  ...base,
  name: 'ai-read-failing',
  route: 'ai/failing',
  summary: 'Fails in the middle',
  query: z.strictObject({ how: z.enum(['throws', 'unknown', 'outside', 'before', 'own-form']) }),
  returns: { 200: z.undefined() },
  events: { part: Part },
  handler: ({ query: { how } }) => {
    if (how === 'before') throw new AppError('not-found', 'There is no such thing.')
    const numbers = async function* () {
      yield { event: 'part', data: { n: 1 } }
      if (how === 'unknown') throw new Error('a secret of the library')
      if (how === 'outside') yield { event: 'part', data: { n: 'hidden' } }
      throw new AppError('model-unavailable', 'No model answers.', { details: { retryAfterSeconds: 7 } })
    }
    return {
      events: numbers(),
      ...(how === 'own-form' && { failureEvent: ({ code }: AppError) => ({ data: { error: { code } } }) }),
    }
  },
})

const deaf = http({
  ...base,
  name: 'ai-read-deaf',
  route: 'ai/deaf',
  summary: 'Never looks at the signal',
  query: Run,
  returns: { 200: z.undefined() },
  events: { part: Part },
  handler: ({ query: { run }, signal }) => {
    signal.addEventListener('abort', () => note(run, 'signal'))
    return {
      events: (async function* () {
        yield { event: 'part', data: { n: 1 } }
        await new Promise(() => {})
      })(),
    }
  },
})

const whole = http({
  ...base,
  name: 'ai-read-whole',
  route: 'ai/whole',
  summary: 'Answers late, and not with a stream',
  query: Run,
  returns: { 200: z.strictObject({ done: z.boolean() }) },
  handler: async ({ query: { run }, signal }) => {
    try {
      await sleep(run === 'slow-whole' ? 10_000 : 10, undefined, { signal })
      return { status: 200, body: { done: true } }
    } finally {
      note(run, signal.aborted ? 'left' : 'whole')
    }
  },
})

let produced = 0
const flood = http({
  ...base,
  name: 'ai-read-flood',
  route: 'ai/flood',
  summary: 'Has more to say than the caller reads',
  returns: { 200: z.undefined() },
  events: { message: z.strictObject({ text: z.string() }) },
  handler: () => ({
    events: (async function* () {
      const text = 'x'.repeat(65_536)
      for (produced = 0; produced < 200; produced += 1) yield { data: { text } }
    })(),
  }),
})

const told = http({
  ...base,
  name: 'ai-read-told',
  route: 'ai/told',
  summary: 'Says what happened',
  returns: { 200: z.strictObject({ fates: z.record(z.string(), z.array(z.string())), produced: z.int() }) },
  handler: () => ({ status: 200, body: { fates, produced } }),
})

const sized = http({
  ...base,
  method: 'POST',
  name: 'ai-send-sized',
  route: 'ai/sized',
  summary: 'Takes a small body',
  body: z.strictObject({ text: z.string() }),
  bodyBytesMax: 1_000,
  returns: { 200: z.strictObject({ length: z.int() }) },
  handler: ({ body: { text } }) => ({ status: 200, body: { length: text.length } }),
})

start({ name: 'stream-test', definitions: [parts, failing, deaf, whole, flood, told, sized] })
