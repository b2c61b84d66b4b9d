// Signs the head of an audit log, and says whether a signature is ours.
import { createHmac } from 'node:crypto'
import { AppError } from '../errors.ts'
import { equalInConstantTime, sha256 } from '../auth/digest.ts'
import { canonicalJson } from '../http/canonical-json.ts'
import type { AuditHead } from './audit-table.ts'

export type UnsignedHead = Omit<AuditHead, 'keyId' | 'signature'>

/** Keys of at least 32 bytes: the first signs, all verify. */
export type HeadKeys = readonly [string, ...string[]]

/** HMAC-SHA-256 in base64url over the canonical JSON of the head, the name of its key included. */
export const signHead = (head: UnsignedHead, [key]: HeadKeys): AuditHead => {
  const keyId = keyIdOf(key)
  return { ...head, keyId, signature: signatureOf({ ...head, keyId }, key) }
}

/** Whether it is the head of this organization, now or before, as the suite signed it. */
export const isOurs = ({ signature, ...head }: AuditHead, tenantId: string, keys: HeadKeys): boolean =>
  head.tenantId === tenantId &&
  keys.some((key) => keyIdOf(key) === head.keyId && equalInConstantTime(signatureOf(head, key), signature))

/**
 * Nothing is built on a head that somebody else made: it would be signed by us then.
 * @throws AppError `internal` for such a head, or one of another organization
 */
export const requireOurs = (head: AuditHead, tenantId: string, keys: HeadKeys): void => {
  if (isOurs(head, tenantId, keys)) return
  throw new AppError('internal', 'The head of an audit log is not signed by the suite. Verify the log.')
}

/** Signed by the first of the keys, with which all that comes is signed. */
export const isSignedByPresent = ({ keyId }: AuditHead, [key]: HeadKeys): boolean => keyId === keyIdOf(key)

/** Tells keys apart without telling anything of them. */
const keyIdOf = (key: string): string => sha256(`key id ${key}`).slice(0, 12)

const signatureOf = (head: Omit<AuditHead, 'signature'>, key: string): string =>
  createHmac('sha256', key).update(canonicalJson(head)).digest('base64url')
