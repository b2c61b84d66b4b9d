// Failures as Key Vault words them: a status, a code, and at times a code within.
import type { Answer } from '../stand-ins/http-exchange.ts'

/** @see https://learn.microsoft.com/rest/api/keyvault/secrets/get-secret/get-secret#keyvaulterror */
export const vaultError = (status: number, code: string, message: string, innerCode?: string): Answer => ({
  status,
  body: { error: { code, message, ...(innerCode !== undefined && { innererror: { code: innerCode } }) } },
})

const codes: Readonly<Record<number, string>> = {
  400: 'BadParameter',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'ResourceNotFound',
  409: 'Conflict',
  413: 'RequestTooLarge',
  415: 'UnsupportedMediaType',
  429: 'Throttled',
  503: 'ServiceUnavailable',
}

type Problem = { readonly title?: string; readonly detail?: string }

/** What the frame of the stand-ins answers is a problem document, which Key Vault does not know. */
export const inVaultForm = (answer: Answer): Answer => {
  const { 'content-type': type, ...headers } = answer.headers ?? {}
  if (type !== 'application/problem+json') return answer
  const { title = 'The request failed', detail } = answer.body as Problem
  const { status, body } = vaultError(answer.status, codes[answer.status] ?? 'InternalServerError', detail ?? title)
  return { status, body, headers }
}
