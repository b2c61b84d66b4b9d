// Why a key was refused. The caller of one that is not good is told the same words whatever it was; the reason is for the audit log of the key's organization.
import { AppError } from '../errors.ts'
import { EndedCredential } from './ended-credential.ts'

type RefusalReason = 'other secret' | 'revoked' | 'expired' | 'access of its creator ended' | 'scope'

/** The cause of the error that the caller gets. Only a key whose id is known has an organization to tell. */
export class KeyRefusal extends Error {
  readonly reason: RefusalReason
  readonly key: { readonly tenantId: string; readonly keyId: string }

  constructor(reason: RefusalReason, { tenantId, keyId }: { readonly tenantId: string; readonly keyId: string }) {
    super(`The key ${keyId} was refused: ${reason}.`)
    this.name = 'KeyRefusal'
    this.reason = reason
    this.key = { tenantId, keyId }
  }
}

const refusalText = 'The integration key in X-Integration-Key is not valid here. Check that it is whole and current.'

/** A key that nobody was given: it counts as a guess. */
export const refusedGuess = (refusal?: KeyRefusal): AppError =>
  new AppError('unauthenticated', refusalText, { cause: refusal })

/** A key that is good, but not for this. Only who has the whole key hears it: of a key that is not good the caller learns nothing. */
export const keyWithoutScope = (refusal: KeyRefusal, scopes: readonly string[]): AppError =>
  new AppError('forbidden', `This needs an integration key with the scope ${scopes.join(' or ')}.`, { cause: refusal })

/** A key that was given out, and is good no longer. */
export const refusedKey = (refusal: KeyRefusal): AppError => new EndedCredential(refusalText, refusal)
