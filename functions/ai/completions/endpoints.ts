// The compatible door: programs that bring an OpenAI SDK ask here, with the same keys, limits, ledger and audit log as features.
import { integrationKey } from '../../../shared/auth/caller.ts'
import { callErrors } from '../../../shared/features/call-errors.ts'
import { AppError } from '../../../shared/errors.ts'
import { openAiErrorOf } from '../../../shared/http/openai-error.ts'
import { type HttpDefinition, http, noBody } from '../../../shared/triggers/http.ts'

const contract = () => import('./contract.ts')
const names = () => import('./model-names.ts')
const completion = () => import('./completion.ts')

const callers = [integrationKey('ai:completions:use')] as const

const createChatCompletion = http({
  name: 'ai-create-chat-completion',
  method: 'POST',
  route: 'ai/v1/chat/completions',
  summary: 'Answers a conversation in the form of the OpenAI API, streamed on request. Text only, without tools',
  callers,
  needs: ['DATA_STORAGE'],
  uses: { models: true },
  contract,
  body: 'ChatCompletionRequest',
  bodyBytesMax: 2_097_152,
  returns: { 200: 'ChatCompletion' },
  events: { message: 'ChatCompletionChunk' },
  errors: ['not-found', ...callErrors],
  integration: 'suite→models',
  operation: 'complete a chat',
  audit: 'ai.asked',
  auditsBeside: true,
  rate: { by: 'caller', perMinute: 600 },
  idempotencyKey: 'ignored',
  wire: 'openai',
  handler: async ({ body, tenantId, services, signal, now }) => {
    const [{ modelClassOf }, { complete }] = await Promise.all([names(), completion()])
    const modelClass = modelClassOf(body.model)
    const userId = typeof body.user === 'string' ? { userId: body.user } : {}
    const request = { tenantId, body, signal, modelClass, ...userId }
    if (body.stream) {
      const { streamCompletion } = await import('./streamed-completion.ts')
      const { events, headers } = await streamCompletion(services, request, now())
      return { events, headers, failureEvent: (error) => ({ data: openAiErrorOf(error) }) }
    }
    const answered = await complete(services, request, now())
    return { status: 200, body: answered.completion, headers: answered.headers }
  },
})

const listModels = http({
  name: 'ai-list-models',
  method: 'GET',
  route: 'ai/v1/models',
  summary: 'Lists the models that a conversation can name, in the form of the OpenAI API',
  callers,
  contract,
  returns: { 200: 'Models' },
  wire: 'openai',
  handler: async () => {
    const { modelNames, modelOf } = await names()
    return { status: 200, body: { object: 'list' as const, data: Object.keys(modelNames).map(modelOf) } }
  },
})

const readModel = http({
  name: 'ai-read-model',
  method: 'GET',
  route: 'ai/v1/models/{model}',
  summary: 'Shows a model that a conversation can name, in the form of the OpenAI API',
  callers,
  contract,
  params: 'ModelParams',
  returns: { 200: 'Model' },
  errors: ['not-found'],
  wire: 'openai',
  handler: async ({ params }) => {
    const { modelClassOf, modelOf } = await names()
    modelClassOf(params.model)
    return { status: 200, body: modelOf(params.model) }
  },
})

/** The SDKs know much that is not to be had here, and show their users what stands in the body of an error. */
const askUnknownEndpoint = http({
  name: 'ai-ask-unknown-endpoint',
  method: 'POST',
  route: 'ai/v1/{endpoint}',
  summary: 'Refuses what the OpenAI API has and this door does not, and says what it has',
  callers,
  contract,
  params: 'EndpointParams',
  returns: { 200: noBody },
  errors: ['not-found'],
  audit: 'ai.asked',
  wire: 'openai',
  handler: () => {
    throw new AppError('not-found', 'This door has chat/completions and models alone. Ask chat.completions instead.')
  },
})

export const completionEndpoints: readonly HttpDefinition[] = [
  createChatCompletion,
  listModels,
  readModel,
  askUnknownEndpoint,
]
