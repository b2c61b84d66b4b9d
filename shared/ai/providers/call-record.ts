// What the log says of an attempt, by the names of OpenTelemetry for generative AI (semantic-conventions-genai). Never a word of its content.
import { log } from '../../telemetry/log.ts'
import type { Deployment } from './deployment.ts'
import type { ModelFailure } from './model-failure.ts'
import type { ModelUse } from './provider.ts'

type Ended = { readonly failure?: ModelFailure; readonly firstPartMs?: number; readonly ms: number }

export const logCall = (
  { name, provider, settings }: Deployment,
  use: ModelUse,
  { failure, firstPartMs, ms }: Ended,
): void => {
  const { hostname, port, protocol } = new URL(settings.endpoint)
  const fields = {
    'gen_ai.operation.name': use.usage.audioSeconds === undefined ? 'chat' : 'transcription',
    'gen_ai.provider.name': providerName(settings.wire, settings.apiVersion, hostname),
    'gen_ai.request.model': name,
    'gen_ai.response.model': use.model,
    'gen_ai.usage.input_tokens': use.usage.promptTokens,
    'gen_ai.usage.output_tokens': use.usage.answerTokens,
    ...(use.usage.audioSeconds !== undefined && { audioSeconds: use.usage.audioSeconds }),
    'gen_ai.client.operation.duration': ms / 1_000,
    ...(firstPartMs !== undefined && { 'gen_ai.client.operation.time_to_first_chunk': firstPartMs / 1_000 }),
    'server.address': hostname,
    'server.port': Number(port) || (protocol === 'https:' ? 443 : 80),
    provider,
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
