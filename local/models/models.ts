// The stand-in of model providers: speaks the wires of Azure OpenAI and of Claude, and answers as a test or a person tells it.
import { randomUUID } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Answer, type Match, findRoute, readJsonBody } from '../stand-ins/http-exchange.ts'
import { plainPage } from '../stand-ins/peer-page.ts'
import { htmlTable } from '../stand-ins/html.ts'
import { type Exchange, type RunningStandIn, startStandIn } from '../stand-ins/stand-in.ts'
import { answerTo } from './answer-text.ts'
import { anthropicWire } from './anthropic-wire.ts'
import type { Behaviour } from './behaviour.ts'
import { type CallLog, type LoggedCall, createCallLog } from './call-log.ts'
import { controlRoutes } from './control.ts'
import { embeddingsOf } from './embeddings.ts'
import { rateHeaders, writeStream } from './frame-writer.ts'
import { openAiWire } from './openai-wire.ts'
import { type Script, createScript } from './script.ts'
import { readRecording, transcriptOf } from './transcription.ts'
import { type Reading, type Wire, isAnswer } from './wire.ts'

type Operation = 'chat' | 'messages' | 'transcriptions' | 'embeddings' | 'models'

const openAiPaths: readonly [string, Operation][] = [
  ['/chat/completions', 'chat'],
  ['/audio/transcriptions', 'transcriptions'],
  ['/embeddings', 'embeddings'],
]

/** The dated API names the deployment in the path, the others in the body. */
const routes = [
  ...openAiPaths.flatMap(([path, handler]) =>
    ['/openai/deployments/:deployment', '/openai/v1', '/v1'].map((base) => ({
      method: 'POST',
      path: `${base}${path}`,
      handler,
    })),
  ),
  ...['/anthropic/v1/messages', '/v1/messages'].map((path) => ({ method: 'POST', path, handler: 'messages' as const })),
  ...['/openai/v1/models', '/v1/models'].map((path) => ({ method: 'GET', path, handler: 'models' as const })),
]

type Parts = { readonly script: Script; readonly log: CallLog }

/** @throws PortInUseError */
export const startModels = async ({ port }: { readonly port: number }): Promise<RunningStandIn> => {
  const parts: Parts = { script: createScript(), log: createCallLog() }
  return startStandIn({
    name: 'models',
    port,
    portSetting: 'LOCAL_MODELS_PORT',
    control: controlRoutes(parts.script, parts.log),
    answer: async (exchange) => {
      if (exchange.method === 'GET' && exchange.pathname === '/') return pageOf(parts.log)
      const matched = findRoute(routes, exchange.method, exchange.pathname)
      if (!matched) return openAiWire.error(404, 'not_found', 'There is no such route')
      const wire = matched.handler === 'messages' ? anthropicWire : openAiWire
      return refusalOf(exchange, matched, wire) ?? answerOf(parts, exchange, matched)
    },
    close: () => {},
  })
}

const refusalOf = ({ request, query }: Exchange, { params }: Match<Operation>, wire: Wire): Answer | undefined => {
  const { 'api-key': key, 'x-api-key': anthropicKey, authorization = '' } = request.headers
  if (!key && !anthropicKey && !/^Bearer \S/.test(authorization))
    return wire.error(
      401,
      wire === openAiWire ? '401' : undefined,
      'Access denied due to invalid subscription key or wrong API endpoint.',
    )
  if (params['deployment'] !== undefined && !/^\d{4}-\d{2}-\d{2}(?:-preview)?$/.test(query.get('api-version') ?? ''))
    return wire.error(404, '404', 'Resource not found')
  return undefined
}

const answerOf = async (parts: Parts, exchange: Exchange, matched: Match<Operation>): Promise<Answer | undefined> => {
  const { handler, params } = matched
  if (handler === 'models')
    return {
      status: 200,
      body: { object: 'list', data: [{ id: 'local-model', object: 'model', created: 0, owned_by: 'local' }] },
    }
  if (handler === 'transcriptions') return transcribe(parts, exchange, params['deployment'])
  const read = await readJsonBody(exchange.request)
  if ('refusal' in read) return openAiWire.error(read.refusal.status, undefined, 'The body cannot be read')
  if (handler === 'embeddings') {
    const model = params['deployment'] ?? modelIn(read.value)
    const call = parts.log.add(callOf(exchange, { deployment: model, wire: 'embeddings', body: read.value }))
    const answer = await simplyAnswered(parts, call, () => embeddingsOf(read.value, model))
    return answer
  }
  return converse(parts, exchange, {
    wire: handler === 'messages' ? anthropicWire : openAiWire,
    body: read.value,
    deployment: params['deployment'],
  })
}

type Conversation = { readonly wire: Wire; readonly body: unknown; readonly deployment: string | undefined }

const converse = async (
  { script, log }: Parts,
  exchange: Exchange,
  { wire, body, deployment }: Conversation,
): Promise<Answer | undefined> => {
  const { response, request } = exchange
  const name = deployment ?? modelIn(body)
  const call = log.add(callOf(exchange, { deployment: name, wire: wire.name, body }))
  const behaviour = script.next(name)
  const reading = wire.read(body, headersOf(request), deployment)
  if (isAnswer(reading)) return ended(log, call, reading)
  response.once('close', () => log.end(call, 'aborted'))
  if (behaviour.fault === 'stall-before-headers') return undefined
  await sleep(behaviour.firstByteMs)
  if (response.destroyed) return undefined
  const refusal = refusedBy(wire, behaviour)
  if (refusal) return ended(log, call, refusal)
  return tell(log, { exchange, wire, reading, behaviour, call })
}

type Telling = {
  readonly exchange: Exchange
  readonly wire: Wire
  readonly reading: Reading
  readonly behaviour: Behaviour
  readonly call: LoggedCall
}

const tell = async (
  log: CallLog,
  { exchange: { response }, wire, reading, behaviour, call }: Telling,
): Promise<Answer | undefined> => {
  const answered = answerTo(reading, behaviour)
  const told = { reading, answered, behaviour, id: randomUUID() }
  call.promptTokens = answered.promptTokens
  if (reading.stream) {
    await writeStream({ wire, told, response, call, log })
    return undefined
  }
  if (behaviour.tokensPerSecond > 0) await sleep((answered.tokens.length / behaviour.tokensPerSecond) * 1_000)
  if (response.destroyed || behaviour.fault === 'stall') return undefined
  if (behaviour.fault === 'reset') {
    log.end(call, 'fault')
    response.socket?.resetAndDestroy()
    return undefined
  }
  call.tokensSent = answered.tokens.length
  log.end(call, 'complete')
  return { status: 200, body: wire.whole(told), headers: { ...rateHeaders, ...behaviour.headers } }
}

const refusedBy = (wire: Wire, { fault, status, code, headers }: Behaviour): Answer | undefined => {
  if (fault === 'prompt-filtered') return wire.promptFiltered()
  if (fault === 'html') return { status, html: '<!doctype html><title>502</title><p>Internal host name gw-7.', headers }
  if (fault !== 'status') return undefined
  const answer = wire.error(status, code, `The stand-in was told to answer ${status}`)
  return { ...answer, headers: { ...answer.headers, ...headers } }
}

const transcribe = async (parts: Parts, exchange: Exchange, deployment: string | undefined): Promise<Answer> => {
  const recording = await readRecording(exchange.request)
  if ('status' in recording) return recording
  const { model, format, file, prompt } = recording
  const facts = { model, format, prompt, name: file.name, bytes: file.size }
  const call = parts.log.add(callOf(exchange, { deployment: deployment ?? model, wire: 'transcription', body: facts }))
  return simplyAnswered(parts, call, (behaviour) => transcriptOf(recording, behaviour))
}

const simplyAnswered = async (
  { script, log }: Parts,
  call: LoggedCall,
  answer: (behaviour: Behaviour) => Answer,
): Promise<Answer> => {
  const behaviour = script.next(call.deployment)
  await sleep(behaviour.firstByteMs)
  const refusal = refusedBy(openAiWire, behaviour)
  if (refusal) return ended(log, call, refusal)
  log.end(call, 'complete')
  return answer(behaviour)
}

const ended = (log: CallLog, call: LoggedCall, answer: Answer): Answer => {
  log.end(call, 'fault')
  return answer
}

const modelIn = (body: unknown): string =>
  typeof body === 'object' && body !== null && 'model' in body && typeof body.model === 'string' ? body.model : ''

const headersOf = ({ headers }: IncomingMessage): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]))

/** Credentials are told apart by their kind alone. */
const callOf = ({ request, pathname }: Exchange, call: Pick<LoggedCall, 'deployment' | 'wire' | 'body'>) => {
  const { authorization, 'api-key': key, 'x-api-key': anthropicKey, ...headers } = headersOf(request)
  const credential = authorization === undefined ? (key ? 'api-key' : anthropicKey ? 'x-api-key' : 'none') : 'bearer'
  return { ...call, path: pathname, headers: { ...headers, credential } }
}

const pageOf = (log: CallLog): Answer =>
  plainPage(
    'Models',
    'Calls',
    htmlTable({
      heads: ['Time', 'Deployment', 'Wire', 'Tokens', 'Outcome'],
      rows: log
        .of(undefined)
        .slice(-100)
        .map(({ at, deployment, wire, tokensSent, outcome }) => [
          new Date(at).toISOString(),
          deployment,
          wire,
          String(tokensSent),
          outcome,
        ])
        .toReversed(),
      none: 'Nothing was asked yet.',
      rowsMax: 100,
    }),
  )
