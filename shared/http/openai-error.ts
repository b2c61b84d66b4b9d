// A failure in the form of the OpenAI API, so that its SDK throws the error of the right class.
// https://platform.openai.com/docs/guides/error-codes
import type * as z from 'zod'
import { type ErrorCode, errorTable } from '../error-table.ts'
import type { AppError } from '../errors.ts'
import type { OpenAiErrorBody } from './openai-error-body.ts'

const codes: Partial<Readonly<Record<ErrorCode, string>>> = {
  unauthenticated: 'invalid_api_key',
  'ai-limit-reached': 'rate_limit_exceeded',
  'ai-tier-missing': 'insufficient_quota',
  'prompt-filtered': 'content_filter',
  'prompt-too-long': 'context_length_exceeded',
}

/** Of two failures that this API tells as bad requests. */
const statuses: Partial<Readonly<Record<ErrorCode, number>>> = { 'prompt-filtered': 400, 'prompt-too-long': 400 }

export const openAiStatusOf = ({ code }: AppError): number => statuses[code] ?? errorTable[code].status

export const openAiErrorOf = (error: AppError): z.input<typeof OpenAiErrorBody> => {
  const [first] = error.details.errors ?? []
  return {
    error: {
      message: first ? `${error.message} ${first.path} ${first.message}.` : error.message,
      type: typeOf(openAiStatusOf(error)),
      param: first ? first.path.replace(/^body\./, '') : null,
      code: codes[error.code] ?? error.code,
    },
  }
}

const typeOf = (status: number): string =>
  status === 429 ? 'rate_limit_error' : status < 500 ? 'invalid_request_error' : 'server_error'
