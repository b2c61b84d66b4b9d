// Secrets of the vault as they were read last: good for a minute, then read again off the caller's way, and for ten minutes while the vault
// does not answer. After that nothing is handed out that the vault has not confirmed.
import { LRUCache } from 'lru-cache'
import { type AppError, toAppError } from '../errors.ts'
import { log, runDetached } from '../telemetry/log.ts'
import { type Vault, type VaultSecret, unusable } from './vault.ts'

type Asked = {
  /** The current one unless given. */
  readonly version?: string
  /** A value that is no longer accepted: if it is the one that is known, it is read anew, at most every 5 s. */
  readonly refused?: string
}

export type SecretCache = {
  /**
   * @throws AppError `not-configured` when the vault has no such secret, or it is disabled, expired or not valid yet; `vault-unavailable`
   * when the vault does not answer and what is known is too old
   */
  readonly read: (name: string, asked?: Asked) => Promise<VaultSecret>
}

/** Up to this age it is handed out as it is. */
const freshMs = 60_000
/** Up to this age it is handed out while it is read again. */
const staleMs = 10 * 60_000
/** How long after a failure the vault is left alone. */
const pauseMs = 5_000
const secretsMax = 1_000

type Entry = {
  known?: { readonly secret: VaultSecret; readonly at: number }
  failed?: { readonly error: AppError; readonly at: number }
  reading?: Promise<VaultSecret>
}

export const createSecretCache = (vault: Pick<Vault, 'get'>, now: () => Date): SecretCache => {
  const entries = new LRUCache<string, Entry>({ max: secretsMax })
  const entryOf = (key: string): Entry => {
    const entry = entries.get(key) ?? {}
    entries.set(key, entry)
    return entry
  }
  const time = (): number => now().getTime()

  /** One reading of a secret at a time, for all who want it. */
  const readAgain = (entry: Entry, name: string, version: string | undefined): Promise<VaultSecret> => {
    if (entry.reading) return entry.reading
    if (entry.failed && time() - entry.failed.at < pauseMs) return Promise.reject(entry.failed.error)
    // Before it is read: what changes meanwhile makes it older, not younger.
    const at = time()
    const reading = vault
      .get(name, version)
      .then(
        (secret) => {
          entry.known = { secret, at }
          delete entry.failed
          return secret
        },
        (thrown: unknown) => {
          const error = toAppError(thrown)
          entry.failed = { error, at: time() }
          // The vault has said that it is not to be used.
          if (error.code === 'not-configured') delete entry.known
          log.warn('secret.read.failed', { secretName: name, error })
          throw error
        },
      )
      .finally(() => {
        delete entry.reading
      })
    entry.reading = reading
    return reading
  }

  const read = async (name: string, { version, refused }: Asked): Promise<VaultSecret> => {
    const entry = entryOf(`${name}/${version ?? ''}`)
    const { known } = entry
    const age = known ? time() - known.at : Infinity
    if (!known || age >= staleMs || hasExpired(known.secret, time())) return readAgain(entry, name, version)
    if (known.secret.value === refused && age >= pauseMs) return readAgain(entry, name, version)
    // Nobody waits for it: its failure is in the log, and counts once what is known is too old.
    if (age >= freshMs) runDetached(() => readAgain(entry, name, version)).catch(() => {})
    return known.secret
  }
  return {
    read: async (name, asked = {}) => requireValid(name, await read(name, asked), time()),
  }
}

const hasExpired = ({ expiresOn }: VaultSecret, at: number): boolean =>
  expiresOn !== undefined && expiresOn.getTime() <= at

const requireValid = (name: string, secret: VaultSecret, at: number): VaultSecret => {
  if (hasExpired(secret, at)) throw unusable(name, 'has expired')
  if (secret.notBefore !== undefined && secret.notBefore.getTime() > at) throw unusable(name, 'is not valid yet')
  return secret
}
