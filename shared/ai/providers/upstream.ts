// Sends a call to its provider, once, and gives the answer once its head is there.
import { AppError, isAppError } from '../../errors.ts'
import type { Credential } from './credential.ts'
import { ModelFailure, failureOfStatus, failures } from './model-failure.ts'
import { waitOf } from './wait-header.ts'
import type { Sending } from './wire.ts'

/**
 * The body of a 2xx.
 * @throws ModelFailure; AppError when nothing was sent, because of what we make of the call or how we sign it
 */
export const send = async (sending: Sending): Promise<ReadableStream<Uint8Array>> => {
  const { deployment } = sending
  const dated = deployment.settings.wire === 'openai-chat' && deployment.settings.apiVersion !== undefined
  const content = writtenCall(sending)
  try {
    const response = dated
      ? await (await import('./azure-client.ts')).askAzure(sending, content)
      : await ask(sending, content)
    if (!response.ok) throw await refusalOf(response)
    if (response.body === null) throw failures.cutOff(new Error('The answer has no body.'))
    return response.body
  } catch (thrown) {
    throw thrown instanceof ModelFailure || isAppError(thrown) ? thrown : failures.unreachable(thrown)
  }
}

/** A call that cannot be written is no failure of the provider: its breaker, which is everybody's, is not to count it. */
const writtenCall = ({ wire, call, deployment }: Sending): Content => {
  try {
    return wire.bodyOf(call, deployment)
  } catch (cause) {
    throw new AppError('internal', 'The model could not be asked. Quote the correlation id to support.', { cause })
  }
}

type Content = ReturnType<Sending['wire']['bodyOf']>

const ask = async ({ wire, deployment, call, credential, signal }: Sending, content: Content): Promise<Response> => {
  return fetch(`${deployment.settings.endpoint}${wire.path}`, {
    method: 'POST',
    headers: {
      // Of a form `fetch` says itself where its parts end.
      ...(call.audio
        ? { accept: 'application/json' }
        : { accept: 'text/event-stream', 'content-type': 'application/json' }),
      ...wire.headersOf(deployment),
      ...(await credentialHeader(credential, wire.keyHeader(deployment))),
    },
    body: call.audio ? formOf(content) : JSON.stringify(content),
    redirect: 'manual',
    signal,
  })
}

const formOf = (fields: Content): FormData => {
  const form = new FormData()
  for (const [name, value] of Object.entries(fields))
    if (value instanceof File) form.set(name, value, value.name)
    else form.set(name, String(value))
  return form
}

const credentialHeader = async (credential: Credential, keyHeader: string): Promise<Record<string, string>> => {
  if (credential.kind === 'none') return { authorization: 'Bearer none' }
  if (credential.kind === 'identity') return { authorization: `Bearer ${await credential.token()}` }
  return { [keyHeader]: keyHeader === 'authorization' ? `Bearer ${credential.key}` : credential.key }
}

const refusalLengthMax = 16_384

const refusalOf = async (response: Response): Promise<ModelFailure> => {
  const { code, message } = errorIn(await beginningOf(response))
  return failureOfStatus({ status: response.status, code, message, retryAfterMs: waitOf(response.headers) })
}

const beginningOf = async (response: Response): Promise<string> => {
  const decoder = new TextDecoder()
  let text = ''
  for await (const chunk of response.body ?? []) {
    text += decoder.decode(chunk, { stream: true })
    // Leaving the loop lets go of the connection.
    if (text.length > refusalLengthMax) break
  }
  return text
}

/** Both wires have `error`, with a code or a type in it. What is no JSON, such as a page of a gateway, has neither. */
const errorIn = (text: string): { readonly code: string | undefined; readonly message: string } => {
  try {
    const { error } = JSON.parse(text) as { readonly error?: { code?: unknown; type?: unknown; message?: unknown } }
    return { code: firstText(error?.code, error?.type), message: firstText(error?.message) ?? '' }
  } catch {
    return { code: undefined, message: text }
  }
}

const firstText = (...values: readonly unknown[]): string | undefined =>
  values.find((value): value is string => typeof value === 'string')
