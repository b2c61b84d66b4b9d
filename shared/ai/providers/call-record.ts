// What log and trace say of an attempt, by the names of OpenTelemetry for generative AI (semantic-conventions-genai). Never a word of its content.
import type { Attributes } from '@opentelemetry/api'
import { log } from '../../telemetry/log.ts'
import type { Deployment } from './deployment.ts'
import type { ModelFailure } from './model-failure.ts'
import type { FinishReason, ModelUse } from './provider.ts'

type Ended = { readonly failure?: ModelFailure; readonly firstPartMs?: number; readonly ms: number }

/** `transcription` is no word of OpenTelemetry, which has none for it. */
export const operationOf = (isAudio: boolean): string => (isAudio ? 'transcription' : 'chat')

/** Of an attempt that begins. */
export const askedOf = ({ name, settings }: Deployment, isAudio: boolean): Attributes => {
  const { hostname, port, protocol } = new URL(settings.endpoint)
  return {
    'gen_ai.operation.name': operationOf(isAudio),
    'gen_ai.provider.name': providerName(settings.wire, settings.apiVersion, hostname),
    'gen_ai.request.model': name,
    'server.address': hostname,
    'server.port': Number(port) || (protocol === 'https:' ? 443 : 80),
  }
}

/** Of what was answered, however it ended. */
export const usedOf = ({ model, usage }: Pick<ModelUse, 'model' | 'usage'>): Attributes => ({
  'gen_ai.response.model': model,
  'gen_ai.usage.input_tokens': usage.promptTokens,
  'gen_ai.usage.output_tokens': usage.answerTokens,
})

/** As OpenTelemetry has them, where it has one. */
export const finishedBy: Readonly<Record<FinishReason, string>> = {
  complete: 'stop',
  ceiling: 'length',
  filtered: 'content_filter',
  declined: 'refusal',
  unsuited: 'unsuited',
}

export const logCall = (deployment: Deployment, use: ModelUse, { failure, firstPartMs, ms }: Ended): void => {
  const fields = {
    ...askedOf(deployment, use.usage.audioSeconds !== undefined),
    ...usedOf(use),
    ...(use.usage.audioSeconds !== undefined && { audioSeconds: use.usage.audioSeconds }),
    'gen_ai.client.operation.duration': ms / 1_000,
    ...(firstPartMs !== undefined && { 'gen_ai.client.operation.time_to_first_chunk': firstPartMs / 1_000 }),
    provider: deployment.provider,
    outcome: use.outcome,
    estimated: use.usage.estimated,
    ...(failure && { 'error.type': failure.code, reason: failure.message, cause: failure.cause }),
  }
  if (failure && failure.code !== 'caller-gone') log.warn('gen_ai.client.operation', fields)
  else log.info('gen_ai.client.operation', fields)
}

const providerName = (wire: string, apiVersion: string | undefined, hostname: string): string => {
  if (wire === 'anthropic-messages') return 'anthropic'
  return apiVersion !== undefined || hostname.endsWith('.azure.com') ? 'azure.ai.openai' : 'openai'
}
