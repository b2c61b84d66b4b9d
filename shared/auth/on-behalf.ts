// Whom a request is for: the person who asks, or the one on whose behalf a product does.
import { AppError } from '../errors.ts'
import type { IntegrationCaller, SessionCaller } from './caller.ts'

type Place = 'body' | 'query'

/** @throws AppError `validation-failed` for a person who names another one, and a product that names nobody */
export const personOf = (
  caller: SessionCaller | IntegrationCaller,
  userId: string | undefined,
  place: Place,
): string => {
  const person = personNamed(caller, userId, place)
  if (person !== undefined) return person
  throw wrong(place, 'A product asks on behalf of a person: name userId.', 'is missing')
}

/**
 * Undefined for a product that names nobody.
 * @throws AppError `validation-failed` for a person who names another one
 */
export const personNamed = (
  caller: SessionCaller | IntegrationCaller,
  userId: string | undefined,
  place: Place,
): string | undefined => {
  if (caller.kind !== 'session') return userId
  if (userId === undefined) return caller.userId
  throw wrong(place, 'A person asks for themselves: leave out userId.', 'must be left out')
}

const wrong = (place: Place, detail: string, message: string): AppError =>
  new AppError('validation-failed', detail, { details: { errors: [{ path: `${place}.userId`, message }] } })
