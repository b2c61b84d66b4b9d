// A credential that was good once.
import { AppError } from '../errors.ts'

/** Nobody guesses it, and a page or a program that goes on with it does no harm: it does not count as a failed try. */
export class EndedCredential extends AppError {
  constructor(message: string, cause?: unknown) {
    super('unauthenticated', message, { cause })
  }
}
