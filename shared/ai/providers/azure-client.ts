// Azure OpenAI's dated API through the `openai` package: loaded by the first call, without retries and time-outs of its own.
import { APIError, AzureOpenAI } from 'openai'
import type { ChatCompletionCreateParamsStreaming } from 'openai/resources'
import type { TranscriptionCreateParamsNonStreaming } from 'openai/resources/audio'
import { LRUCache } from 'lru-cache'
import type { Credential } from './credential.ts'
import type { Sending } from './wire.ts'

/** One for each endpoint, version and credential. */
const clients = new LRUCache<string, AzureOpenAI>({ max: 50 })

/** The answer as it came, whatever its status. */
export const askAzure = async ({ deployment, call, credential, signal }: Sending, body: unknown): Promise<Response> => {
  const { endpoint, apiVersion = '' } = deployment.settings
  const { audio, chat } = clientOf(endpoint, apiVersion, credential)
  try {
    return call.audio
      ? await audio.transcriptions
          .create(body as TranscriptionCreateParamsNonStreaming<'verbose_json'>, { signal })
          .asResponse()
      : await chat.completions.create(body as ChatCompletionCreateParamsStreaming, { signal }).asResponse()
  } catch (thrown) {
    if (!(thrown instanceof APIError) || thrown.status === undefined) throw thrown
    // The package has read the body of a refusal.
    const error: unknown = thrown.error ?? { message: thrown.message }
    return new Response(JSON.stringify({ error }), { status: thrown.status, headers: headersOf(thrown.headers) })
  }
}

const headersOf = (headers: Headers | undefined): Headers => {
  const kept = new Headers(headers)
  // Of the body as it was.
  for (const name of ['content-length', 'content-encoding', 'transfer-encoding']) kept.delete(name)
  return kept
}

const clientOf = (endpoint: string, apiVersion: string, credential: Credential): AzureOpenAI => {
  const id = `${endpoint} ${apiVersion} ${credential.kind === 'key' ? credential.key : credential.kind}`
  const known = clients.get(id)
  if (known) return known
  const client = new AzureOpenAI({
    // Said with the base URL, since a stray OPENAI_BASE_URL would count as one; the same holds for keys.
    baseURL: `${endpoint}/openai`,
    apiVersion,
    maxRetries: 0,
    ...(credential.kind === 'identity'
      ? { apiKey: '', azureADTokenProvider: credential.token }
      : { apiKey: credential.kind === 'key' ? credential.key : 'none' }),
  })
  clients.set(id, client)
  return client
}
