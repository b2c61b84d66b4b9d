// Turns a failure into the RFC 9457 problem document that its caller sees: what the table says, and the facts that may be shown.
import { type ErrorCode, errorTable } from '../error-table.ts'
import type { AppError } from '../errors.ts'
import type { Problem } from './problem-document.ts'

export const problemContentType = 'application/problem+json'

export const problemTypeOf = (code: ErrorCode): string => `urn:theonestack:problem:${code}`

export const problemOf = (error: AppError, correlationId: string): Problem => {
  const { status, title } = errorTable[error.code]
  const { errors, settings, offers, ...rest } = error.details
  return {
    type: problemTypeOf(error.code),
    title,
    status,
    detail: error.message,
    correlationId,
    ...rest,
    ...(errors && { errors: [...errors] }),
    ...(settings && { settings: [...settings] }),
    ...(offers && { offers: [...offers] }),
  }
}
