// Signs the head of an audit log, and says whether a signature is ours: Ed25519, so that who verifies needs no secret.
import { type KeyObject, createPrivateKey, createPublicKey, hkdfSync, sign, verify } from 'node:crypto'
import { AppError } from '../errors.ts'
import { sha256 } from '../auth/digest.ts'
import { canonicalJson } from '../http/canonical-json.ts'
import type { AuditHead } from './audit-table.ts'

export type UnsignedHead = Omit<AuditHead, 'keyId' | 'signature'>

/** Public keys by their ids. */
export type VerifyingKeys = ReadonlyMap<string, KeyObject>

/** What heads are signed with, and all that they are verified with: those of the past, the next one, and the present one. */
export type HeadKeys = { readonly keyId: string; readonly privateKey: KeyObject; readonly verifying: VerifyingKeys }

/** DER of a PKCS #8 Ed25519 key up to its 32 bytes (RFC 8410, section 7). */
const privateKeyPrefix = Buffer.from('302e020100300506032b657004220420', 'hex')

/**
 * @param secret the private key is derived from it by HKDF-SHA-256
 * @param publicKeys others, each 32 bytes in base64url
 */
export const headKeysOf = (secret: string, publicKeys: readonly string[] = []): HeadKeys => {
  const seed = Buffer.from(hkdfSync('sha256', secret, '', 'theonestack audit log head', 32))
  const privateKey = createPrivateKey({ key: Buffer.concat([privateKeyPrefix, seed]), format: 'der', type: 'pkcs8' })
  const own = publicKeyText(createPublicKey(privateKey))
  return { keyId: keyIdOf(own), privateKey, verifying: verifyingKeysOf([own, ...publicKeys]) }
}

/** @param publicKeys each 32 bytes in base64url */
export const verifyingKeysOf = (publicKeys: readonly string[]): VerifyingKeys =>
  new Map(
    publicKeys.map((x) => [keyIdOf(x), createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' })]),
  )

/** The 32 bytes of a public key in base64url: `x` of its JWK (RFC 8037). */
export const publicKeyText = (key: KeyObject): string => key.export({ format: 'jwk' }).x ?? ''

/** The thumbprint of the JWK (RFC 7638). */
export const keyIdOf = (publicKey: string): string => sha256(`{"crv":"Ed25519","kty":"OKP","x":"${publicKey}"}`)

/** Over the canonical JSON of the head, the id of its key included; base64url. */
export const signHead = (
  head: UnsignedHead,
  { keyId, privateKey }: Pick<HeadKeys, 'keyId' | 'privateKey'>,
): AuditHead => {
  const { keyId: _, signature: __, ...content }: Partial<AuditHead> & UnsignedHead = head
  const named = { ...content, keyId }
  return { ...named, signature: sign(null, Buffer.from(canonicalJson(named)), privateKey).toString('base64url') }
}

/** Whether it is the head of this organization, now or before, as the suite signed it. */
export const isOurs = ({ signature, ...head }: AuditHead, tenantId: string, keys: VerifyingKeys): boolean => {
  const key = keys.get(head.keyId)
  if (!key || head.tenantId !== tenantId) return false
  return verify(null, Buffer.from(canonicalJson(head)), key, Buffer.from(signature, 'base64url'))
}

/**
 * Nothing is built on a head that somebody else made: it would be signed by us then.
 * @throws AppError `audit-log-damaged` for such a head, or one of another organization
 */
export const requireOurs = (head: AuditHead, tenantId: string, { verifying }: HeadKeys): void => {
  if (!isOurs(head, tenantId, verifying)) throw damagedLog(tenantId, 'head-forged')
}

/** @param fault as the verifier names it */
export const damagedLog = (tenantId: string, fault: string, cause?: unknown): AppError =>
  new AppError(
    'audit-log-damaged',
    `The audit log of the organization is not what was written (${fault}). Nothing is recorded before an operator has looked at it.`,
    { cause, details: { subjects: [`organization ${tenantId}`, fault] } },
  )
