// The keys with which heads are signed and verified: those of the settings.
import type { Config } from '../config/config.ts'
import type { ReadSecret } from '../secrets/setting-secret.ts'
import { type HeadKeys, headKeysOf } from './head-signature.ts'

let last: { readonly from: string; readonly keys: HeadKeys } | undefined

/** @throws AppError `not-configured`, `vault-unavailable` */
export const signingKeys = async ({
  secret,
  config,
}: {
  readonly secret: ReadSecret
  readonly config: Config
}): Promise<HeadKeys> => {
  const { AUDIT_PUBLIC_KEYS } = config.require('AUDIT_PUBLIC_KEYS')
  const signing = await secret('AUDIT_SIGNING_KEY')
  const from = JSON.stringify([signing, AUDIT_PUBLIC_KEYS])
  // Making keys takes longer than signing with them.
  if (last?.from !== from) last = { from, keys: headKeysOf(signing, AUDIT_PUBLIC_KEYS) }
  return last.keys
}
