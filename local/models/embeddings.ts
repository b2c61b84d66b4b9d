// `/embeddings`: a vector that follows from the text alone.
import { createHash } from 'node:crypto'
import { z } from 'zod'
import type { Answer } from '../stand-ins/http-exchange.ts'
import { openAiWire } from './openai-wire.ts'

const Request = z.looseObject({
  input: z.union([z.string().min(1), z.array(z.string().min(1)).min(1).max(2_048)]),
  encoding_format: z.enum(['float', 'base64']).default('float'),
})

export const embeddingsOf = (body: unknown, model: string): Answer => {
  const parsed = Request.safeParse(body)
  if (!parsed.success) return openAiWire.error(400, undefined, z.prettifyError(parsed.error))
  const texts = typeof parsed.data.input === 'string' ? [parsed.data.input] : parsed.data.input
  const tokens = texts.reduce((sum, text) => sum + Math.ceil(Buffer.byteLength(text) / 4), 0)
  const data = texts.map((text, index) => {
    const vector = vectorOf(text)
    const embedding =
      parsed.data.encoding_format === 'base64' ? Buffer.from(vector.buffer).toString('base64') : [...vector]
    return { object: 'embedding', index, embedding }
  })
  return { status: 200, body: { object: 'list', data, model, usage: { prompt_tokens: tokens, total_tokens: tokens } } }
}

/** Of length 1. */
const vectorOf = (text: string): Float32Array => {
  const values = Float32Array.from(createHash('sha256').update(text).digest(), (byte) => byte - 127.5)
  const length = Math.hypot(...values)
  return values.map((value) => value / length)
}
