// The keys with which heads are signed and verified: those of the settings.
import type { ReadSecret } from '../secrets/setting-secret.ts'
import { log } from '../telemetry/log.ts'
import type { HeadKeys } from './head-signature.ts'

/** The first signs, both verify. @throws AppError `not-configured`, `vault-unavailable` for the present one */
export const signingKeys = async (secret: ReadSecret): Promise<HeadKeys> => {
  const [key, previous] = await Promise.all([
    secret('AUDIT_SIGNING_KEY'),
    // Retired secrets expire: that must not keep anything from being recorded.
    secret('AUDIT_SIGNING_KEY_PREVIOUS').catch((error: unknown) => {
      log.warn('audit.previous_key.not_read', { error })
      return undefined
    }),
  ])
  return previous === undefined ? [key] : [key, previous]
}
