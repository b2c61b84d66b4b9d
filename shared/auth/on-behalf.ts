// Whom a request is for: the person who asks, or the one on whose behalf a product does.
import { AppError } from '../errors.ts'
import type { IntegrationCaller, SessionCaller } from './caller.ts'

/** @throws AppError `validation-failed` for a person who names another one, and a product that names nobody */
export const personOf = (caller: SessionCaller | IntegrationCaller, userId: string | undefined): string => {
  if (caller.kind === 'session' && userId !== undefined)
    throw new AppError('validation-failed', 'A person asks for themselves: leave out userId.')
  const person = caller.kind === 'session' ? caller.userId : userId
  if (person !== undefined) return person
  throw new AppError('validation-failed', 'A product asks on behalf of a person: name userId.')
}
