// One question to Jarvis: the records are read for the person, the model answers from their facts, and both are kept.
import { randomUUID } from 'node:crypto'
import type { ContextRead, ContextRefusal } from '../../../shared/context/context.ts'
import type { ContextReference } from '../../../shared/context/reference.ts'
import { AppError } from '../../../shared/errors.ts'
import { answerFeature } from '../../../shared/features/answering.ts'
import { requireConsent } from '../../../shared/features/consent.ts'
import type { AnswerEvent, FeatureAnswer, FeatureEvent } from '../../../shared/features/feature-answer.ts'
import type { Services } from '../../../shared/services.ts'
import { citationsIn } from './citations.ts'
import { type ShownRecord, shownRecords } from './context-window.ts'
import { type Message, contextMax } from './contract.ts'
import { type KeptConversation, type Person, keepMessage, readConversation, refuseFull } from './conversations.ts'
import { earlierTurns } from './earlier-turns.ts'
import { firstLineOf } from './first-line.ts'
import { jarvis } from './jarvis.ts'
import type { JarvisInput } from './prompt.ts'
import { withQuotedFacts } from './quoted-facts.ts'
import { readRecords } from './record-reads.ts'
import { shownAnswer } from './shown-answer.ts'

export type Question = Person & {
  readonly conversationId: string
  readonly text: string
  readonly context: readonly ContextReference[]
  /** The asker's own: the same one again is the same message. */
  readonly messageId: string | undefined
  readonly signal: AbortSignal
}

export type JarvisEvent = AnswerEvent<Message>

/**
 * What is not finished is not kept.
 * @throws AppError while the events are read: `not-found`, `conflict`, and as `answerFeature`
 */
export async function* askJarvis(services: Services, asked: Question): AsyncGenerator<JarvisEvent, void, undefined> {
  const conversation = await readConversation(services, asked)
  const kept = conversation.messages.find(({ id }) => id === asked.messageId)
  if (kept) return yield* again(kept)
  refuseFull(conversation.messages.length)
  await requireConsent(services, asked.tenantId)
  const references = joined(conversation.context, asked.context)
  const reads = await readRecords(services, asked, { references, operation: 'ai-ask-jarvis' })
  const material = materialOf(conversation, reads)
  const askedAt = services.now().toISOString()
  for await (const event of answers(services, asked, material))
    if (event.kind === 'done') {
      const message = messageOf({ asked, askedAt, reads, material, answer: event.answer })
      const before = conversation.messages.length
      yield { kind: 'done', answer: await keepMessage(services, asked, { message, context: references, before }) }
    } else yield event
}

async function* again(message: Message): AsyncGenerator<JarvisEvent, void, undefined> {
  yield { kind: 'text', text: message.answer }
  yield { kind: 'done', answer: message }
}

/** @throws AppError `validation-failed` for too many */
const joined = (
  before: readonly ContextReference[],
  more: readonly ContextReference[],
): readonly ContextReference[] => {
  const keyOf = ({ product, kind, id }: ContextReference): string => JSON.stringify([product, kind, id])
  const all = new Map([...before, ...more].map((reference) => [keyOf(reference), reference]))
  if (all.size <= contextMax) return [...all.values()]
  throw new AppError('validation-failed', `A conversation is about ${contextMax} records at most. Begin another one.`, {
    details: { errors: [{ path: 'body.context', message: `makes more than ${contextMax} records together` }] },
  })
}

type Material = {
  readonly shown: readonly ShownRecord[]
  readonly earlier: JarvisInput['earlier']
  readonly firstLine: string
  /** Records were named, and none could be read: there is nothing to answer from. */
  readonly isWithoutFacts: boolean
}

const materialOf = ({ messages }: KeptConversation, reads: readonly ContextRead[]): Material => {
  const refused = reads.filter((read): read is ContextRefusal => read.kind === 'refused')
  const shown = shownRecords(reads.flatMap((read, place) => (read.kind === 'read' ? [[place, read] as const] : [])))
  const { turns, forgotten } = earlierTurns(messages, refused)
  return {
    shown,
    earlier: turns,
    firstLine: firstLineOf({ refused, shown, forgotten }),
    isWithoutFacts: reads.length > 0 && shown.length === 0,
  }
}

/** With the first line before everything else, also after a retraction. */
async function* answers(
  services: Services,
  { text, ...asker }: Question,
  { shown, earlier, firstLine, isWithoutFacts }: Material,
): AsyncGenerator<FeatureEvent, void, undefined> {
  const { tenantId, userId, signal } = asker
  const line = firstLine === '' ? '' : `${firstLine}\n\n`
  if (isWithoutFacts) {
    yield { kind: 'text', text: firstLine }
    yield { kind: 'done', answer: withoutFacts(firstLine) }
    return
  }
  const input: JarvisInput = { text, shown, earlier }
  const written = shownAnswer(shown)
  let whole = ''
  for await (const event of answerFeature(services, jarvis, { tenantId, userId, signal, input }))
    if (event.kind === 'text' || event.kind === 'done') {
      const more = event.kind === 'text' ? written.push(event.text) : written.end()
      whole += more
      if (more !== '') yield { kind: 'text', text: more }
      if (event.kind === 'done') yield { ...event, answer: { ...event.answer, answer: line + whole } }
    } else {
      written.reset()
      whole = ''
      yield event
      if (line !== '') yield { kind: 'text', text: line }
    }
}

const withoutFacts = (answer: string): FeatureAnswer => ({
  callId: '',
  feature: jarvis.name,
  promptVersion: '',
  answer,
  model: 'rules',
  label: 'No model was asked: there is nothing to answer from.',
  isComplete: true,
  isRepaired: false,
  isCached: false,
  audience: jarvis.audience,
  usage: { promptTokens: 0, answerTokens: 0, isEstimated: false },
})

type Answered = {
  readonly asked: Question
  readonly askedAt: string
  readonly reads: readonly ContextRead[]
  readonly material: Material
  readonly answer: FeatureAnswer
}

const uncitedLabel = 'This answer names no fact of the records. Check it before you rely on it.'

const messageOf = ({ asked, askedAt, reads, material: { shown }, answer }: Answered): Message => {
  const text = String(answer.answer)
  const citations = withQuotedFacts(citationsIn(text, shown), text, shown)
  const label = answer.label ?? (shown.length > 0 && citations.length === 0 ? uncitedLabel : undefined)
  return {
    id: asked.messageId ?? randomUUID(),
    askedAt,
    text: asked.text,
    answer: text,
    citations,
    context: reads.map((read) => {
      const own = shown.find(({ record }) => record === read)
      return {
        ...read.source,
        name: read.name,
        outcome: read.kind === 'read' ? 'read' : read.reason,
        factsShown: own?.facts.length ?? 0,
        isCut: own?.isCut ?? false,
      }
    }),
    model: answer.model,
    ...(label !== undefined && { label }),
    isComplete: answer.isComplete,
    ...(answer.callId !== '' && { callId: answer.callId }),
  }
}
