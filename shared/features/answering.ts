// Answers a feature: who pays, the prompt, the turn in the queue, the model, and the checks between its answer and anyone who sees it (AI-1).
import { AppError, isAppError, toAppError } from '../errors.ts'
import type { Services } from '../services.ts'
import { log } from '../telemetry/log.ts'
import { schemaOf } from '../triggers/schema-source.ts'
import type { ModelResult } from '../ai/providers/provider.ts'
import type { PromptPart } from '../ai/safety/prompt-parts.ts'
import { requireConsent } from './consent.ts'
import type { Answerable, FeatureRequest } from './feature.ts'
import type { FeatureEvent } from './feature-answer.ts'
import type { GroundedText } from './grounded-text.ts'
import { type ModelTurn, type Turns, createTurns } from './model-turn.ts'

/**
 * The events of an answer, `done` last. Only what has been checked is in them.
 * @throws AppError while the events are read: of the limits (`ai-…`), of the model (`model-…`, `prompt-…`), `caller-gone`
 */
export async function* answerFeature(
  services: Services,
  feature: Answerable,
  asked: FeatureRequest,
): AsyncGenerator<FeatureEvent, void, undefined> {
  const settings = await requireConsent(services, asked.tenantId)
  const settle = await feature.settle?.()
  const request = settle ? { ...asked, input: settle(asked.input as never, settings) } : asked
  const { cached: rule } = feature
  const ask = () => freshAnswer(services, feature, request)
  if (!rule) return yield* ask()
  const { cachedAnswer } = await import('./cached-answering.ts')
  yield* cachedAnswer({ services, feature, rule, request, ask })
}

async function* freshAnswer(
  services: Services,
  feature: Answerable,
  request: FeatureRequest,
): AsyncGenerator<FeatureEvent, void, undefined> {
  const turns = await createTurns(services, feature, request)
  if (feature.output === 'text') yield* answerInText(feature, request, turns)
  else yield* answerInForm(feature, request, turns)
}

async function* answerInText(
  feature: Answerable,
  request: FeatureRequest,
  turns: Turns,
): AsyncGenerator<FeatureEvent, void, undefined> {
  let text = ''
  try {
    const turn = turns.begin({ isLeftToRules: feature.fallback !== undefined })
    const readable = await readableText(feature, turns)
    for await (const part of turn.parts) {
      if (part.kind === 'admitted') yield progress(turns)
      else if (part.kind === 'retract') {
        text = ''
        readable.reset()
        yield { kind: 'retract', reason: 'The content filter of the model has found something late.' }
      } else {
        const more = readable.push(part.text)
        text += more
        if (more !== '') yield { kind: 'text', text: more }
      }
    }
    refuseUnfinished(turn)
    const rest = readable.end()
    text += rest
    if (rest !== '') yield { kind: 'text', text: rest }
    yield done(feature, turns, turn.result(), { answer: text, isRepaired: false })
  } catch (error) {
    const result = feature.quotesInstead && leavesToOthers(error, request) ? await turns.quote() : undefined
    const answer = result ? turns.shown(result.text) : await answerByRule(feature, request, { turns, error })
    if (result) log.info('ai.answer.quoted', { feature: feature.name, error: toAppError(error) })
    if (text !== '') yield { kind: 'retract', reason: 'The model broke off. What can be said without it follows.' }
    yield { kind: 'text', text: answer as string }
    yield done(feature, turns, result, { answer, isRepaired: false })
  }
}

async function* answerInForm(
  feature: Answerable,
  request: FeatureRequest,
  turns: Turns,
): AsyncGenerator<FeatureEvent, void, undefined> {
  try {
    const { schema, output, fitAnswer } = await formOf(feature, request, turns)
    let turn = turns.begin({ output })
    for await (const { kind } of turn.parts) if (kind === 'admitted') yield progress(turns)
    refuseUnfinished(turn)
    const repair = async (more: readonly PromptPart[]) => {
      turn = turns.begin({ output, more })
      for await (const part of turn.parts) void part
      return written(turn)
    }
    const fit = await fitAnswer({ schema, answer: written(turn), repair })
    if (fit.kind === 'misfit')
      // Where, and not what: it quotes what the model wrote, and goes into the log.
      throw unfit(`${fit.finish}: ${fit.problems.map(({ path }) => path || 'the whole').join(', ')}`)
    yield done(feature, turns, turn.result(), { answer: fit.value, isRepaired: fit.kind === 'repaired' })
  } catch (error) {
    const answer = await answerByRule(feature, request, { turns, error })
    yield done(feature, turns, undefined, { answer, isRepaired: false })
  }
}

const readableText = async ({ isGrounded }: Answerable, turns: Turns): Promise<GroundedText> => {
  if (!isGrounded) return { push: (text) => text, end: () => '', reset: () => {} }
  const { groundedText } = await import('./grounded-text.ts')
  return groundedText(turns.known())
}

/** @throws the error that is handed in, where it is not for rules to answer, or there are none */
const answerByRule = async (
  feature: Answerable,
  request: FeatureRequest,
  { turns, error }: { readonly turns: Turns; readonly error: unknown },
): Promise<unknown> => {
  const byRule = leavesToOthers(error, request) ? await feature.fallback?.() : undefined
  if (!byRule) throw error
  log.info('ai.answer.by_rule', { feature: feature.name, error })
  // Others have written what rules quote: it passes the gate as well.
  const answer = turns.shown(byRule(request.input as never))
  const isFit = feature.output === 'text' || (await schemaOf(feature.output)).safeParse(answer).success
  if (!isFit) throw unfit('What the rules quote does not fit once it is as it may be shown.')
  return answer
}

const unfit = (why: string): AppError =>
  new AppError('ai-answer-unfit', 'The model gave no answer that can be used. Ask again, or for less.', {
    cause: new Error(why),
  })

const written = (turn: ModelTurn) => ({ text: turn.raw(), finish: turn.result().finish })

const formOf = async (feature: Answerable, { input }: FeatureRequest, { sources, shown, restore }: Turns) => {
  const { name, output, isGrounded = false } = feature
  if (output === 'text') throw new Error(`The feature ${name} answers in text.`)
  const schema = await schemaOf(output)
  const [check, { jsonSchemaOf }, { fitAnswer }, { withEvidence }] = await Promise.all([
    feature.check?.(),
    import('../ai/answers/answer-schema.ts'),
    import('../ai/answers/fitting.ts'),
    import('./evidence.ts'),
  ])
  const judge = check && ((answer: unknown) => check(input as never, answer as never))
  const rules = { sources, isGrounded, check: judge, shown, restore }
  return {
    schema: withEvidence(schema, rules),
    output: { name, schema: jsonSchemaOf(schema) },
    fitAnswer,
  }
}

const progress = (turns: Turns): FeatureEvent => ({
  kind: 'progress',
  stage: 'asking',
  headers: turns.admission()?.headers ?? {},
})

const leavesToOthers = (error: unknown, { isUnattended }: FeatureRequest): boolean =>
  isAppError(error) && (leavesToRules.has(error.code) || (isUnattended === true && nobodyMends.has(error.code)))

/** What no other try of ours would change, and the caller cannot either. */
const leavesToRules: ReadonlySet<string> = new Set([
  'ai-answer-unfit',
  'model-unavailable',
  'model-refused',
  'model-unauthorized',
  'model-cut-off',
  'model-timeout',
])

/** What a caller mends by other words, or by asking for less. What came with an event has nobody who could, and may have been written for that. */
const nobodyMends: ReadonlySet<string> = new Set([
  'prompt-filtered',
  'prompt-too-long',
  'model-declined',
  'answer-refused',
  'ai-call-too-large',
])

/** A model that broke off because of what it was to say leaves nothing to be shown. */
const refuseUnfinished = (turn: ModelTurn): void => {
  const { finish } = turn.result()
  if (finish === 'filtered')
    throw new AppError('prompt-filtered', 'The content filter of the model cut the answer off. Ask in other words.')
  if (finish === 'declined') throw new AppError('model-declined', 'The model declined to answer. Ask in other words.')
  if (finish === 'unsuited')
    throw new AppError(
      'model-unavailable',
      'No model is connected that can answer in this form. Ask an admin to connect one.',
    )
}

type Outcome = { readonly answer: unknown; readonly isRepaired: boolean }

const rulesLabel = (wasModelAsked: boolean): string =>
  wasModelAsked
    ? 'Made by rule from the data alone: a model was asked, and its answer could not be used.'
    : 'Made by rule from the data alone: no model has read it.'

/** @param result undefined for an answer by rule */
const done = (
  { name, audience }: Answerable,
  turns: Turns,
  result: ModelResult | undefined,
  { answer, isRepaired }: Outcome,
): FeatureEvent => {
  const label = result ? result.label : rulesLabel(turns.wasModelAsked())
  return {
    kind: 'done',
    answer: {
      callId: turns.admission()?.callId ?? '',
      feature: name,
      promptVersion: turns.promptVersion,
      answer,
      model: result?.model ?? 'rules',
      ...(label !== undefined && { label }),
      isComplete: !result || result.finish === 'complete',
      isRepaired,
      isCached: false,
      audience,
      usage: turns.usage(),
    },
  }
}
