// What a refusal looks like: the whole problem document, so that nothing in it goes unnoticed.
import { expect } from 'vitest'
import { type ErrorCode, errorTable } from '../../shared/error-table.ts'
import type { Scope } from '../../shared/auth/caller.ts'
import type { ErrorDetails } from '../../shared/errors.ts'

/** The document for this code as RFC 9457 has it; only the correlation id is left open. */
export const problemOf = (
  code: ErrorCode,
  detail: unknown,
  details: Omit<ErrorDetails, 'errors'> & { errors?: unknown } = {},
) => ({
  type: `urn:theonestack:problem:${code}`,
  title: errorTable[code].title,
  status: errorTable[code].status,
  detail,
  correlationId: expect.stringMatching(/^[A-Za-z0-9._:-]{1,128}$/) as string,
  ...details,
})

/** Whatever a key is not good for. */
export const keyRefusal = problemOf(
  'unauthenticated',
  'The integration key in X-Integration-Key is not valid here. Check that it is whole and current.',
)

/** A key that is good, but not for this. */
export const needsScope = (...scopes: readonly Scope[]) =>
  problemOf('forbidden', `This needs an integration key with the scope ${scopes.join(' or ')}.`)

/** One bad field after the other, as `[path, message]`. */
export const notValid = (...errors: readonly (readonly [path: string, message: unknown])[]) =>
  problemOf(
    'validation-failed',
    `${errors.length === 1 ? 'One field is' : `${errors.length} fields are`} not valid: ${[...new Set(errors.map(([path]) => path))].slice(0, 10).join(', ')}.`,
    { errors: errors.map(([path, message]) => ({ path, message })) },
  )

/** Reads the answer and holds all of it against the expected document. */
export const expectProblem = async (response: Response, expected: ReturnType<typeof problemOf>): Promise<void> => {
  const text = await response.text()
  expect({ status: response.status, contentType: response.headers.get('content-type'), text }).toMatchObject({
    status: expected.status,
    contentType: 'application/problem+json',
  })
  expect(JSON.parse(text)).toEqual(expected)
  expect(JSON.parse(text)).toMatchObject({ correlationId: response.headers.get('x-correlation-id') })
}
