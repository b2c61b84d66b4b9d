// The embedded provider: answers offline and without a model, with sentences taken word for word from the material, and says so.
import { AppError } from '../../errors.ts'
import { draftClaims, draftMark, saidByOthers } from '../../text/own-draft.ts'
import type { Material, ModelAnswer, ModelCall, ModelResult, Usage } from './provider.ts'
import { asFactsSay, asksForAll } from './question-words.ts'
import { type ChosenSentence, chooseSentences } from '../offline/sentence-choice.ts'
import { summaryOf } from '../offline/summary.ts'
import { listOf } from '../offline/whole-list.ts'

/** What a person reads with every such answer that quotes something. */
export const embeddedLabel =
  'Answered without a language model: these sentences are taken word for word from the sources.'

/** What they read where nothing is quoted. */
export const unquotedLabel = 'Answered without a language model, which would be needed: nothing is quoted.'

const sentencesMax = 5

/** Of most texts: by it the ceiling holds, and by it is counted. */
const bytesPerToken = 3

/** The same call has the same answer. */
export async function* embeddedAnswer(call: ModelCall): ModelAnswer {
  const started = performance.now()
  const isSuited = call.output === undefined && !call.isLeftToRules
  const { lines, isQuoted, isCut } = isSuited ? cutLines(call) : noLines
  const text: string[] = []
  for (const line of lines) {
    if (call.signal.aborted) throw new AppError('caller-gone', 'The caller left before the answer was there.')
    const part = text.length === 0 ? line : `\n${line}`
    text.push(part)
    yield { kind: 'text', text: part }
  }
  const usage = isSuited ? usageOf(call, text.join('')) : nothing
  const result: ModelResult = {
    text: text.join(''),
    finish: isCut ? 'ceiling' : isSuited ? 'complete' : 'unsuited',
    usage,
    provider: 'embedded',
    deployment: 'embedded',
    model: 'embedded',
    label: isQuoted ? embeddedLabel : unquotedLabel,
    filters: [],
    attempts: 1,
    firstPartMs: Math.round(performance.now() - started),
  }
  // What is left to the rules of a feature is theirs in the ledger as well, as it is in the answer.
  const model = isSuited ? 'embedded' : 'rules'
  call.onUsed?.({ provider: 'embedded', deployment: 'embedded', model, outcome: 'complete', usage })
  yield { kind: 'end', result }
}

/** As many lines as the ceiling has room for; of the first one its beginning, when all of it is too long, as a model would break off. */
const cutLines = (call: ModelCall): Lines & { readonly isCut: boolean } => {
  const fitting = linesFor(call)
  const isTight = (call.material ?? []).reduce((sum, { text }) => sum + Buffer.byteLength(text), 0) > bytesMaxOf(call)
  const all = isTight ? linesFor({ ...call, ceiling: Number.POSITIVE_INFINITY }) : fitting
  const { lines: said, isQuoted } = fitting.isQuoted ? fitting : all
  const lines: string[] = []
  let room = bytesMaxOf(call)
  for (const line of said) {
    const size = Buffer.byteLength(line) + (lines.length === 0 ? 0 : 1)
    if (size > room) return { lines: lines.length === 0 ? [beginningOf(line, room)] : lines, isQuoted, isCut: true }
    lines.push(line)
    room -= size
  }
  return { lines, isQuoted, isCut: lines.length < all.lines.length }
}

const noLines = { lines: [], isQuoted: true, isCut: false } as const

const bytesMaxOf = ({ ceiling }: ModelCall): number => ceiling * bytesPerToken

const beginningOf = (line: string, bytes: number): string => {
  let kept = ''
  for (const character of line) {
    if (Buffer.byteLength(kept + character) > bytes) break
    kept += character
  }
  return kept
}

type Lines = { readonly lines: readonly string[]; readonly isQuoted: boolean }

const linesFor = ({ messages, material = [], question: asked, ceiling }: ModelCall): Lines => {
  if (material.length === 0)
    return unquoted('There is no answer: no language model is set up, and there are no sources to quote.')
  const question = asFactsSay(asked ?? messages.findLast(({ role }) => role === 'user')?.content ?? '')
  const bytesMax = ceiling * bytesPerToken
  const written = material.filter(({ text }) => !isRecord(text))
  const said = written.map(({ id, text }) => ({ id, text: saidByOthers(text) }))
  const inShort = asked !== undefined && asksForAll(asked) ? summaryOf(said.filter(isTold), sentencesMax) : []
  const chosen =
    inShort.length > 0
      ? inShort.map(({ id, sentence }) => ({ materialId: id, sentence }))
      : chooseSentences(question, said, { max: sentencesMax, bytesMax })
  // Drafts of our own come after what people and products say, and say in each sentence what they are.
  const drafts = written.map(({ id, text }) => ({ id, text: draftClaims(text).join('\n') }))
  const room = bytesMax - chosen.reduce((sum, { sentence }) => sum + Buffer.byteLength(sentence), 0)
  const drafted = chooseSentences(question, drafts, { max: sentencesMax - chosen.length, bytesMax: room })
  const lines = [
    ...withLists(chosen, said).map(({ materialId, sentence }) => `${sentence} [${materialId}]`),
    ...drafted.map(({ materialId, sentence }) => `${draftMark} ${sentence} [${materialId}]`),
  ]
  return lines.length === 0
    ? unquoted('Nothing in the sources fits the words of the question. Ask in other words.')
    : { lines, isQuoted: true }
}

/** More than a fact of a few words, as "Status: new" is. */
const isTold = ({ text }: Material): boolean => text.length > 80

/** A list is quoted whole where one item of it, or the line that opens it, was chosen. */
const withLists = (chosen: readonly ChosenSentence[], said: readonly Material[]): readonly ChosenSentence[] => {
  const lines: ChosenSentence[] = []
  for (const one of chosen) {
    const text = said.find(({ id }) => id === one.materialId)?.text ?? ''
    const items = listOf(text, one.sentence)
    const all = items.some((item) => item.includes(one.sentence)) ? items : [one.sentence, ...items]
    for (const sentence of all) {
      const isThere = lines.some((line) => line.materialId === one.materialId && line.sentence.includes(sentence))
      if (!isThere) lines.push({ materialId: one.materialId, sentence })
    }
  }
  return lines
}

const unquoted = (line: string): Lines => ({ lines: [line], isQuoted: false })

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

/** Nobody has read the prompt. */
const nothing: Usage = { promptTokens: 0, cachedTokens: 0, answerTokens: 0, reasoningTokens: 0, estimated: false }

const usageOf = ({ messages }: ModelCall, text: string): Usage => ({
  promptTokens: tokensOf(messages.map(({ content }) => content).join('')),
  cachedTokens: 0,
  answerTokens: tokensOf(text),
  reasoningTokens: 0,
  estimated: true,
})

const tokensOf = (text: string): number => Math.ceil(Buffer.byteLength(text) / bytesPerToken)
