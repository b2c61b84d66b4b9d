// `/audio/transcriptions`: takes a recording as a form, and answers with what the recording says of itself, else with a text that follows from its size.
import type { IncomingMessage } from 'node:http'
import { type Answer, readBody } from '../stand-ins/http-exchange.ts'
import type { Behaviour } from './behaviour.ts'
import { openAiWire } from './openai-wire.ts'
import { heardIn } from './spoken-wav.ts'

/** Of Whisper: 25 MB. */
const bytesMax = 26_214_400

export type Recording = {
  readonly model: string
  readonly format: string
  /** What was said before it. */
  readonly prompt: string
  readonly file: File
  readonly content: Buffer
}

export const readRecording = async (request: IncomingMessage): Promise<Recording | Answer> => {
  const body = await readBody(request, bytesMax + 10_000)
  if (!body) return openAiWire.error(413, undefined, `Maximum content size limit (${bytesMax}) exceeded`)
  const headers = { 'content-type': request.headers['content-type'] ?? '' }
  const form = await new Response(new Uint8Array(body), { headers }).formData().catch(() => undefined)
  const file = form?.get('file')
  if (!form || !(file instanceof File)) return openAiWire.error(400, undefined, 'A form with a file is needed')
  const content = Buffer.from(await file.arrayBuffer())
  const [model, prompt] = [textIn(form, 'model'), textIn(form, 'prompt')]
  return { model, format: textIn(form, 'response_format') || 'json', prompt, file, content }
}

const textIn = (form: FormData, name: string): string => {
  const value = form.get(name)
  return typeof value === 'string' ? value : ''
}

export const transcriptOf = ({ format, file, content }: Recording, { text: told }: Behaviour): Answer => {
  const heard = told === undefined ? heardIn(content) : undefined
  const words = told ?? `A recording of ${file.size} bytes.`
  const { seconds, spoken } = heard ?? { seconds: 1.5, spoken: [{ start: 0, end: 1.5, text: words }] }
  const text = spoken.map((one) => one.text).join(' ')
  if (format === 'text') return { status: 200, html: text, headers: { 'content-type': 'text/plain; charset=utf-8' } }
  const segments = spoken.map((one, id) => ({ id, ...one }))
  const verbose = { task: 'transcribe', language: 'english', duration: seconds, text, segments }
  return { status: 200, body: format === 'verbose_json' ? verbose : { text } }
}
