// The wire of key registration, which every product speaks that verifies our keys or calls us with keys of ours: see operations.ts.
import * as z from 'zod'

export const registrationHeaders = { key: 'X-Integration-Key', tenant: 'X-Tenant-Id' } as const

/** The public part of a key. */
export const RegisteredKeyId = z.string().regex(/^[0-9A-Za-z]{12}$/, 'must be the 12 characters of a key id')

const expiresAfter = z.iso.datetime()

/** `verify`: we call the product with it, which needs no more than its hash. `call`: the product calls us with it. */
export const KeyRegistration = z.discriminatedUnion('use', [
  z.strictObject({
    use: z.literal('verify'),
    /** Base64url SHA-256 of the whole key. */
    keyHash: z.string().regex(/^[\w-]{43}$/, 'must be a base64url SHA-256'),
    expiresAfter,
  }),
  z.strictObject({ use: z.literal('call'), key: z.string().min(16).max(200), expiresAfter }),
])
export type KeyRegistration = z.input<typeof KeyRegistration>

export const RegisteredKey = z.strictObject({
  keyId: RegisteredKeyId,
  use: z.enum(['verify', 'call']),
  registeredAt: z.iso.datetime(),
  expiresAfter,
  /** When the product was last called with it, or last called with it. Absent before the first time. */
  lastSeenAt: z.iso.datetime().optional(),
  /** It is refused, or not used any more, since. */
  retiredAt: z.iso.datetime().optional(),
})
export type RegisteredKey = z.infer<typeof RegisteredKey>

export const RegisteredKeys = z.strictObject({ keys: z.array(RegisteredKey) })

/** Which key the caller came with. */
export const KeyInUse = z.strictObject({ keyId: RegisteredKeyId })
