// An app of ordinary functions, with HTTP streaming on or off: the entry of both hosts in http-modes.host.test.ts.
import { setTimeout as sleep } from 'node:timers/promises'
import * as z from 'zod'
import { start } from '../../../functions/apps/start.ts'
import { anyone } from '../../../shared/auth/caller.ts'
import { AppError } from '../../../shared/errors.ts'
import { http, noBody, textOf } from '../../../shared/triggers/http.ts'

const base = { callers: [anyone], rate: { by: 'address', perMinute: 10_000 } } as const

const echo = http({
  ...base,
  name: 'ai-send-echo',
  method: 'POST',
  route: 'ai/echo/{id}',
  summary: 'Says what arrived',
  params: z.strictObject({ id: z.string() }),
  body: z.strictObject({ text: z.string() }),
  bodyBytesMax: 1_000,
  returns: { 201: z.strictObject({ id: z.string(), text: z.string(), own: z.string() }) },
  handler: ({ params: { id }, body: { text }, cookies }) => ({
    status: 201,
    headers: { etag: '"1"', 'x-own': 'a, b' },
    body: { id, text, own: cookies('own').join() },
  }),
})

const text = http({
  ...base,
  name: 'ai-read-text',
  method: 'GET',
  route: 'ai/text',
  summary: 'Says its query as text',
  query: z.strictObject({ say: z.string().default('') }),
  returns: { 200: textOf('text/csv; charset=utf-8') },
  handler: ({ query: { say } }) => ({ status: 200, body: say }),
})

const cookie = { path: '/api/ai', httpOnly: true, secure: true, sameSite: 'Strict', maxAge: 60 } as const
const leave = http({
  ...base,
  name: 'ai-leave',
  method: 'DELETE',
  route: 'ai/cookies',
  summary: 'Sets cookies and says nothing else',
  returns: { 204: noBody },
  handler: () => ({
    status: 204,
    cookies: [
      { name: 'one', value: 'a b=ä', ...cookie },
      { name: 'two', value: '', path: '/', expires: new Date(1_000), domain: 'example.com' },
    ],
  }),
})

const move = http({
  ...base,
  name: 'ai-move',
  method: 'GET',
  route: 'ai/moved',
  summary: 'Is elsewhere',
  returns: { 302: noBody },
  handler: () => ({ status: 302, headers: { location: '/api/ai/text?say=there' } }),
})

const fail = http({
  ...base,
  name: 'ai-fail',
  method: 'GET',
  route: 'ai/failing',
  summary: 'Fails as the query says',
  query: z.strictObject({ how: z.enum(['later', 'unknown', 'slowly']) }),
  returns: { 200: noBody },
  handler: async ({ query: { how } }) => {
    if (how === 'slowly') await sleep(300)
    if (how === 'unknown') throw new Error('a secret of the library')
    throw new AppError('storage-unavailable', 'The storage is away.', { details: { retryAfterSeconds: 7 } })
  },
})

const stream = http({
  ...base,
  name: 'ai-read-stream',
  method: 'GET',
  route: 'ai/stream',
  summary: 'Makes an app one that streams',
  returns: { 200: noBody },
  events: { message: z.strictObject({}) },
  handler: () => ({ events: (async function* () {})() }),
})

const ordinary = [echo, text, leave, move, fail]
start({ name: 'modes', definitions: process.env['STREAMS'] === undefined ? ordinary : [...ordinary, stream] })
