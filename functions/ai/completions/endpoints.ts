// The compatible door: programs that bring an OpenAI SDK ask here, with the same keys, limits, ledger and audit log as features.
import { integrationKey } from '../../../shared/auth/caller.ts'
import { type HttpDefinition, http } from '../../../shared/triggers/http.ts'

const contract = () => import('./contract.ts')
const names = () => import('./model-names.ts')
const completion = () => import('./completion.ts')

const callers = [integrationKey('ai:completions:use')] as const

const createChatCompletion = http({
  name: 'ai-create-chat-completion',
  method: 'POST',
  route: 'ai/v1/chat/completions',
  summary: 'Answers a conversation in the form of the OpenAI API, whole. Text only, without tools',
  callers,
  needs: ['DATA_STORAGE'],
  contract,
  body: 'ChatCompletionRequest',
  bodyBytesMax: 2_097_152,
  returns: { 200: 'ChatCompletion' },
  errors: [
    'not-found',
    'ai-tier-missing',
    'ai-limit-reached',
    'ai-call-too-large',
    'ai-busy',
    'ai-opted-out',
    'prompt-filtered',
    'prompt-too-long',
    'model-refused',
    'model-unauthorized',
    'model-cut-off',
    'model-unavailable',
    'model-timeout',
    'caller-gone',
  ],
  integration: 'suite→models',
  operation: 'complete a chat',
  audit: 'ai.asked',
  rate: { by: 'caller', perMinute: 600 },
  idempotencyKey: 'ignored',
  wire: 'openai',
  handler: async ({ body, tenantId, services, signal, now }) => {
    const { modelClassOf } = await names()
    const modelClass = modelClassOf(body.model)
    const { completionParts, wholeCompletion } = await completion()
    const { begun } = await import('../../../shared/features/begun.ts')
    const asked = { tenantId, body, signal, modelClass, ...(typeof body.user === 'string' && { userId: body.user }) }
    const { first, events: parts } = await begun(completionParts(services, asked), signal)
    const { callId = '', headers = {} } = first.kind === 'admitted' ? first.admission : {}
    const head = { id: `chatcmpl-${callId}`, created: Math.floor(now().getTime() / 1_000), model: body.model }
    return { status: 200, body: await wholeCompletion(head, parts), headers }
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
    const { modelNames } = await names()
    const data = Object.keys(modelNames).map((id) => ({
      id,
      object: 'model' as const,
      created: 0,
      owned_by: 'the-one-stack',
    }))
    return { status: 200, body: { object: 'list' as const, data } }
  },
})

export const completionEndpoints: readonly HttpDefinition[] = [createChatCompletion, listModels]
