// Encrypts what rows keep secret, with a key of the tenant (R7). What was sealed for one tenant and record opens for no other.
import { type KeyObject, createHmac, hkdfSync } from 'node:crypto'
import { AppError } from '../errors.ts'
import { type DataKeyTools, createDataKeys } from './data-keys.ts'
import { decrypt, encrypt } from './encryption.ts'

/**
 * The key of a tenant is unwrapped once for all rows that are read within five minutes. The first of them may throw AppError
 * `vault-unavailable`, `not-configured` or `storage-unavailable`.
 */
export type Sealing = {
  /**
   * Text to be stored, of about 4/3 the length. The same value looks different each time.
   * @param recordId what the value belongs to within the tenant, its field included: `connection/github-1/refreshToken`
   */
  readonly seal: (tenantId: string, recordId: string, value: string) => Promise<string>
  /** @throws AppError `internal` for what was sealed for another tenant or record, or was changed */
  readonly open: (tenantId: string, recordId: string, sealed: string) => Promise<string>
  /**
   * What finds a value again without showing it: 64 hexadecimal digits. Who reads a table cannot try guesses, nor compare two tenants.
   * @param purpose what it is for: the same value has another digest for another purpose
   */
  readonly digest: (tenantId: string, purpose: string, value: string) => Promise<string>
}

/** `sealed1.<key id>.<nonce, tag and text in base64url>` */
const shape = /^sealed1\.([\w-]+)\.([\w-]+)$/

export const createSealing = (tools: DataKeyTools): Sealing => {
  const keys = createDataKeys(tools)
  return {
    seal: async (tenantId, recordId, value) => {
      const { keyId, key } = await keys.getOrMake(tenantId)
      return `sealed1.${keyId}.${encrypt(key, value, contextOf(tenantId, recordId)).toString('base64url')}`
    },
    open: async (tenantId, recordId, sealed) => {
      const [, named, text = ''] = shape.exec(sealed) ?? []
      if (named === undefined) throw unreadable('it has another form')
      const { key } = await keys.get(tenantId, named)
      try {
        return decrypt(key, Buffer.from(text, 'base64url'), contextOf(tenantId, recordId)).toString('utf8')
      } catch (cause) {
        throw unreadable('it was sealed for another record, or was changed', cause)
      }
    },
    digest: async (tenantId, purpose, value) => {
      const { key } = await keys.getOrMake(tenantId)
      return createHmac('sha256', digestKeyOf(key, tenantId, purpose))
        .update(value)
        .digest('hex')
    },
  }
}

/** A key of its own (RFC 5869): the one that encrypts does nothing else. */
const digestKeyOf = (key: KeyObject, tenantId: string, purpose: string): Buffer =>
  Buffer.from(hkdfSync('sha256', key, '', JSON.stringify(['digest', tenantId, purpose]), 32))

const contextOf = (tenantId: string, recordId: string): readonly string[] => ['sealed value', tenantId, recordId]

const unreadable = (why: string, cause?: unknown): AppError =>
  new AppError('internal', `What is stored here cannot be decrypted: ${why}. Restore the row, or set the value anew.`, {
    cause,
  })
