// The turns at the model for one request to a feature: its sealed prompt, and the gate between what the model writes and what is shown.
import { AppError } from '../errors.ts'
import type { AiTier } from '../peers/hub/vocabulary.ts'
import type { Services } from '../services.ts'
import type { Admission } from '../ai/limits/admissions.ts'
import {
  type Material,
  type ModelCall,
  type ModelResult,
  type ModelUse,
  type OutputSchema,
  wholeAnswer,
} from '../ai/providers/provider.ts'
import { contextLinksOf } from '../ai/safety/context-links.ts'
import { type GateRules, type GateStream, outputGate } from '../ai/safety/output-gate.ts'
import type { PromptPart } from '../ai/safety/prompt-parts.ts'
import { redaction } from '../ai/safety/redaction.ts'
import { type SealedPrompt, sealPrompt } from '../ai/safety/sealed-prompt.ts'
import type { Answerable, FeaturePrompt, FeatureRequest } from './feature.ts'
import { refuseWithoutModel } from './connected-model.ts'
import { limitedCall, usageOf } from './limited-call.ts'
import { showing } from './shown-value.ts'

/** It was let in; a piece of text that may be shown; or the word that what was shown is to be taken back. */
type CheckedPart =
  | { readonly kind: 'admitted' }
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'retract' }

export type ModelTurn = {
  /** Read once. */
  readonly parts: AsyncGenerator<CheckedPart, void, undefined>
  /** The text as the model wrote it, for a machine to judge. */
  readonly raw: () => string
  /** Once all parts are read. @throws AppError `model-cut-off` before */
  readonly result: () => ModelResult
}

type TurnOptions = {
  readonly output?: OutputSchema
  /** Rules of the feature answer when no model does. Those with a schema are left to them in any case. */
  readonly isLeftToRules?: boolean
  /** What is said after the prompt, to have an answer mended. */
  readonly more?: readonly PromptPart[]
}

export type Turns = {
  readonly promptVersion: string
  /** What the prompt shows, with the numbers that did not leave put back. */
  readonly sources: readonly Material[]
  /** All that the model was given to answer from: the sources with their ids, the question, what was said before. */
  readonly known: () => readonly string[]
  /** The text with the numbers that did not leave put back. */
  readonly restore: (text: string) => string
  readonly begin: (options?: TurnOptions) => ModelTurn
  /** The value with every string as it may be shown: gated, and with the numbers that did not leave put back. */
  readonly shown: (value: unknown) => unknown
  /** What is quoted of the sources, without a model. */
  readonly quote: () => Promise<ModelResult>
  /** Of the turn that was let in last; undefined before. */
  readonly admission: () => Admission | undefined
  /** Whether what was asked has reached a model, whatever came of it. */
  readonly wasModelAsked: () => boolean
  /** Of all turns together. */
  readonly usage: () => ReturnType<typeof usageOf>
}

/** @throws AppError `ai-tier-missing`, `peer-unavailable`; `model-missing` for what only a model can answer */
export const createTurns = async (services: Services, feature: Answerable, request: FeatureRequest): Promise<Turns> => {
  const until = services.now().getTime() + feature.waitMs
  const { version, system, parts, earlier, links } = (await feature.prompt()) as FeaturePrompt<unknown>
  const [tiers, beginRedaction, newGate] = await Promise.all([services.aiTiers(), redaction({}), outputGate()])
  const tier = await tiers.tierOf(request.tenantId, request.userId)
  await refuseWithoutModel(services, feature, tier)
  const { redact, restore } = beginRedaction()
  const seal = (more: readonly PromptPart[] = []): SealedPrompt =>
    sealPrompt({
      system,
      parts: [...parts(request.input), ...more],
      redact,
      ...(earlier && { earlier: earlier(request.input) }),
    })
  const urls = links?.(request.input) ?? []
  const first = seal()
  const ids = new Set(first.material.map(({ id }) => id))
  const sources = first.material.map(({ id, text }) => ({ id, text: restore(text) }))
  const hosts = [...new Set(urls.map((url) => new URL(url).host))]
  // An answer may name an e-mail address that it has read, but link only to what the feature names.
  const { addresses } = contextLinksOf(
    sources.map(({ text }) => text),
    [],
  )
  const rules: GateRules = { links: { ...contextLinksOf(urls, hosts), addresses }, restore }
  const uses: ModelUse[] = []
  let admission: Admission | undefined
  return {
    promptVersion: version,
    sources,
    known: () => [...sources.map(({ id, text }) => `${id} ${text}`), ...saidIn(first).map(restore)],
    restore,
    // In the members of a form a person reads what stands there: nothing in them may become a link.
    shown: showing({ newGate, rules: feature.output === 'text' ? rules : { ...rules, form: 'text' }, ids }),
    quote: () => quoteOf(first, { ceiling: feature.ceiling, signal: request.signal }),
    admission: () => admission,
    wasModelAsked: () => uses.some(({ provider }) => provider !== 'embedded'),
    usage: () => usageOf(uses),
    begin: ({ output, isLeftToRules = false, more } = {}) => {
      const sent = more ? seal(more) : first
      return beginTurn(services, {
        feature,
        request,
        tier,
        until,
        output,
        isLeftToRules,
        sent,
        gate: () => newGate({ ...rules, canary: sent.canary, seal: sent.seal }),
        onAdmitted: (admitted) => {
          admission = admitted
        },
        onUsed: (use) => uses.push(use),
      })
    },
  }
}

const quoteOf = async (
  { messages, material, question }: SealedPrompt,
  limits: Pick<ModelCall, 'ceiling' | 'signal'>,
): Promise<ModelResult> => {
  const { embeddedAnswer } = await import('../ai/providers/embedded.ts')
  const asked = { messages, material, ...(question !== undefined && { question }) }
  return wholeAnswer(embeddedAnswer({ ...asked, ...limits, deadlineMs: quoteMsMax }))
}
const quoteMsMax = 10_000

/** What people and the model said before, and the question; the last message is the prompt, with its instructions. */
const saidIn = ({ messages, question }: SealedPrompt): readonly string[] => [
  ...messages.slice(0, -1).flatMap(({ role, content }) => (role === 'system' ? [] : [content])),
  ...(question === undefined ? [] : [question]),
]

type Turn = {
  readonly feature: Answerable
  readonly request: FeatureRequest
  readonly tier: AiTier
  readonly until: number
  readonly output: OutputSchema | undefined
  readonly isLeftToRules: boolean
  readonly sent: SealedPrompt
  readonly gate: () => GateStream
  readonly onAdmitted: (admission: Admission) => void
  readonly onUsed: (use: ModelUse) => void
}

const beginTurn = (services: Services, turn: Turn): ModelTurn => {
  const { feature, request, tier, until, output, isLeftToRules, sent, gate, onAdmitted, onUsed } = turn
  let result: ModelResult | undefined
  let raw = ''
  async function* read(): AsyncGenerator<CheckedPart, void, undefined> {
    let stream = gate()
    const { input: _, isUnattended: _unattended, freshness: _freshness, ...asker } = request
    const call = { asker, tier, feature: feature.name, modelClass: feature.modelClass, ceiling: feature.ceiling, until }
    const { messages, material, question } = sent
    for await (const part of limitedCall(services, {
      ...call,
      messages,
      material,
      ...(question !== undefined && { question }),
      ...(output && { output }),
      ...(isLeftToRules && { isLeftToRules }),
      onUsed,
    })) {
      if (part.kind === 'admitted') {
        onAdmitted(part.admission)
        yield { kind: 'admitted' }
      } else if (part.kind === 'text') {
        raw += part.text
        yield { kind: 'text', text: stream.push(part.text) }
      } else if (part.kind === 'retract') {
        raw = ''
        stream = gate()
        yield part
      } else {
        yield { kind: 'text', text: stream.end() }
        result = part.result
      }
    }
  }
  return {
    parts: read(),
    raw: () => raw,
    result: () => {
      if (!result) throw new AppError('model-cut-off', "The model's answer broke off. Ask again.")
      return result
    },
  }
}
