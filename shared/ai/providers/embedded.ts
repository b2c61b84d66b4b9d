// The embedded provider: answers offline and without a model, with sentences taken word for word from the material, and says so.
import { AppError } from '../../errors.ts'
import type { ModelAnswer, ModelCall, ModelResult, Usage } from './provider.ts'
import { chooseSentences } from '../offline/sentence-choice.ts'

/** What a person reads with every such answer. */
export const embeddedLabel =
  'Answered without a language model: these sentences are taken word for word from the sources.'

const sentencesMax = 5

/** Of most texts: by it the ceiling holds, and by it is counted. */
const bytesPerToken = 3

/** The same call has the same answer. */
export async function* embeddedAnswer(call: ModelCall): ModelAnswer {
  const started = performance.now()
  const lines = call.output === undefined ? linesFor(call) : []
  const text: string[] = []
  for (const line of lines) {
    if (call.signal.aborted) throw new AppError('caller-gone', 'The caller left before the answer was there.')
    const part = text.length === 0 ? line : `\n${line}`
    text.push(part)
    yield { kind: 'text', text: part }
  }
  const usage = usageOf(call, text.join(''))
  const result: ModelResult = {
    text: text.join(''),
    finish: call.output === undefined ? 'complete' : 'unsuited',
    usage,
    provider: 'embedded',
    deployment: 'embedded',
    model: 'embedded',
    label: embeddedLabel,
    filters: [],
    attempts: 1,
    firstPartMs: Math.round(performance.now() - started),
  }
  call.onUsed?.({ provider: 'embedded', deployment: 'embedded', model: 'embedded', outcome: 'complete', usage })
  yield { kind: 'end', result }
}

const linesFor = ({ messages, material = [], question: asked, ceiling }: ModelCall): readonly string[] => {
  if (material.length === 0)
    return ['There is no answer: no language model is set up, and there are no sources to quote.']
  const question = asked ?? messages.findLast(({ role }) => role === 'user')?.content ?? ''
  const written = material.filter(({ text }) => !isRecord(text))
  const chosen = chooseSentences(question, written, { max: sentencesMax, bytesMax: ceiling * bytesPerToken })
  if (chosen.length === 0) return ['The sources say nothing about this.']
  return chosen.map(({ materialId, sentence }) => `${sentence} [${materialId}]`)
}

/** One JSON object and nothing else, as features tell models about a repository: a person who reads it is told nothing. */
const isRecord = (text: string): boolean => {
  if (!text.startsWith('{') || text.includes('\n')) return false
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

const usageOf = ({ messages }: ModelCall, text: string): Usage => ({
  promptTokens: tokensOf(messages.map(({ content }) => content).join('')),
  cachedTokens: 0,
  answerTokens: tokensOf(text),
  reasoningTokens: 0,
  estimated: true,
})

const tokensOf = (text: string): number => Math.ceil(Buffer.byteLength(text) / bytesPerToken)
