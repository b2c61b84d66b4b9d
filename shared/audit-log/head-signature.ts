// Signs the head of an audit log, and says whether a signature is ours.
import { createHash, createHmac } from 'node:crypto'
import { AppError } from '../errors.ts'
import { equalInConstantTime } from '../auth/digest.ts'
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

export const isOurs = ({ signature, ...head }: AuditHead, keys: HeadKeys): boolean =>
  keys.some((key) => keyIdOf(key) === head.keyId && equalInConstantTime(signatureOf(head, key), signature))

/**
 * Nothing is built on a head that somebody else made: it would be signed by us then.
 * @throws AppError `internal` for such a head, or one of another organization
 */
export const requireOurs = (head: AuditHead, tenantId: string, keys: HeadKeys): void => {
  if (head.tenantId === tenantId && isOurs(head, keys)) return
  throw new AppError('internal', 'The head of an audit log is not signed by the suite. Verify the log.')
}

/** Tells keys apart without telling anything of them. */
const keyIdOf = (key: string): string => createHash('sha256').update(`key id ${key}`).digest('base64url').slice(0, 12)

const signatureOf = (head: Omit<AuditHead, 'signature'>, key: string): string =>
  createHmac('sha256', key).update(canonicalJson(head)).digest('base64url')
