// What the storage service answered, sorted: a condition that was not met, or an AppError.
import { AppError } from '../errors.ts'
import { storeError } from './store-error.ts'

/** Conditions that a caller of the service reckons with. */
export type Refusal = {
  readonly reason: 'exists' | 'changed' | 'missing' | 'no-table'
  /** Which operation of a transaction it was. */
  readonly index?: number
}

type ServiceError = {
  readonly name?: string
  readonly message?: string
  readonly statusCode?: number
  /** Of a transaction. */
  readonly code?: string
  /** Of a single operation. */
  readonly details?: { readonly odataError?: { readonly code?: string } }
}

const asServiceError = (error: unknown): ServiceError => (error instanceof Error ? error : {})

const codeOf = ({ code, details }: ServiceError): string | undefined => details?.odataError?.code ?? code

/** The message of a failed transaction begins with the index of the operation: `1:The specified entity already exists.` */
const indexOf = ({ message }: ServiceError): { index?: number } => {
  const [, index] = /^(\d+):/.exec(message ?? '') ?? []
  return index === undefined ? {} : { index: Number(index) }
}

export const refusalOf = (thrown: unknown): Refusal | undefined => {
  const error = asServiceError(thrown)
  const code = codeOf(error)
  if (error.statusCode === 404) return { reason: code === 'TableNotFound' ? 'no-table' : 'missing', ...indexOf(error) }
  if (error.statusCode === 412) return { reason: 'changed', ...indexOf(error) }
  if (error.statusCode === 409 && code === 'EntityAlreadyExists') return { reason: 'exists', ...indexOf(error) }
  return undefined
}

const tooLarge = new Set([
  'EntityTooLarge',
  'PropertyValueTooLarge',
  'RequestBodyTooLarge',
  'TooManyProperties',
  'KeyValueTooLarge',
])

/** Our own mistakes are `internal`; everything that another try, or an operator, can mend is `storage-unavailable`. */
export const toStorageError = (thrown: unknown, what: string): AppError => {
  if (thrown instanceof AppError) return thrown
  const error = asServiceError(thrown)
  const code = codeOf(error)
  if (error.statusCode === 413 || (code !== undefined && tooLarge.has(code)))
    return storeError('value-too-large', `Storage refused to ${what}: the row is too large.`, { cause: thrown })
  if (error.name === 'TimeoutError' || error.name === 'AbortError')
    return storeError('storage-unavailable', `Storage did not answer in time: ${what}.`, { cause: thrown })
  if (error.statusCode === 400 || thrown instanceof TypeError || thrown instanceof RangeError)
    return storeError('internal', `Storage did not understand: ${what}.`, { cause: thrown })
  const status = error.statusCode === undefined ? 'could not be reached' : `answered ${error.statusCode}`
  return storeError('storage-unavailable', `Storage ${status}: ${what}.`, { cause: thrown })
}
