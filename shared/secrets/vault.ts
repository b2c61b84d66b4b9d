// The key vault through its SDK, which is loaded by the first call: a deadline for every call, and failures in words.
import type { SecretClient, SecretProperties } from '@azure/keyvault-secrets'
import { azureCredential } from '../config/azure-credential.ts'
import { within } from '../deadline.ts'
import { AppError, isAppError } from '../errors.ts'

export type VaultSecret = {
  readonly value: string
  readonly version: string
  readonly createdAt: Date
  /** From when and until when it is good. The vault hands it out before and after all the same. */
  readonly notBefore?: Date
  readonly expiresOn?: Date
}

export type VaultVersion = { readonly version: string; readonly isEnabled: boolean }

/**
 * Every call throws AppError `not-configured` when the vault says that there is no such secret or that it is disabled, and
 * `vault-unavailable` for everything else that keeps it from answering, after 5 s at the latest. What changes something needs the
 * role Key Vault Secrets Officer.
 */
export type Vault = {
  /** @param version the current one unless given */
  readonly get: (name: string, version?: string) => Promise<VaultSecret>
  /** Makes the secret, or its next version. @param tags to find it by */
  readonly set: (name: string, value: string, tags?: Readonly<Record<string, string>>) => Promise<void>
  /** It can be recovered by hand for as long as the vault keeps what is deleted. One that is not there stays so. */
  readonly delete: (name: string) => Promise<void>
  readonly versions: (name: string) => Promise<readonly VaultVersion[]>
  /** Names of the secrets with this tag, also of those that are deleted and can be recovered; all of the vault are looked through. */
  readonly tagged: (tag: string, value: string) => Promise<readonly string[]>
  /** Deletes it for good. False where the vault does not allow that: then it is deleted, and goes when its time is over. */
  readonly purge: (name: string) => Promise<boolean>
  /** It can be enabled again by hand. */
  readonly disable: (name: string, version: string) => Promise<void>
}

const deadlineMs = 5_000
/** The vault is asked page by page, or has to finish a deletion first. */
const longDeadlineMs = 120_000
/** Versions of one secret that are looked at. */
const versionsMax = 1_000

type Task = {
  readonly name: string
  /** Said when the vault does not do it. */
  readonly failed: string
}

const task = (name: string, what: string): Task => ({
  name,
  failed: `The secret ${name} could not be ${what} the key vault`,
})
const reading = (name: string): Task => task(name, 'read from')

/** @param url `https://<name>.vault.azure.net`, or the local vault. Does nothing until the first call. */
export const createVault = (url: string): Vault => {
  const run = createRun(url)
  return {
    get: (name, version) =>
      run(reading(name), async (vault, abortSignal) => {
        const { value, properties } = await vault.getSecret(name, { abortSignal, ...(version && { version }) })
        return secretOf(value ?? '', properties)
      }),
    set: (name, value, tags = {}) =>
      run(task(name, 'written to'), async (vault, abortSignal) => {
        await vault.setSecret(name, value, { abortSignal, tags })
      }),
    delete: (name) =>
      run(task(name, 'deleted from'), async (vault, abortSignal) => {
        // It is deleted for good later, by the vault: nobody waits for that.
        await vault.beginDeleteSecret(name, { abortSignal })
      }).catch((error: unknown) => {
        if (!isAppError(error, 'not-configured')) throw error
      }),
    versions: (name) =>
      run(reading(name), async (vault, abortSignal) => {
        const found: VaultVersion[] = []
        for await (const { version = '', enabled = true } of vault.listPropertiesOfSecretVersions(name, {
          abortSignal,
        }))
          if (found.push({ version, isEnabled: enabled }) >= versionsMax) break
        return found
      }),
    disable: (name, version) =>
      run(task(name, 'disabled in'), async (vault, abortSignal) => {
        await vault.updateSecretProperties(name, version, { enabled: false, abortSignal })
      }),
    tagged: (tag, value) =>
      run(
        { name: `tagged ${tag}`, failed: `The secrets with the tag ${tag} could not be listed` },
        (vault, signal) => namesTagged(vault, tag, value, signal),
        longDeadlineMs,
      ),
    purge: (name) =>
      run(task(name, 'deleted from'), (vault, signal) => purgeSecret(vault, name, signal), longDeadlineMs),
  }
}

type Run = <T>(
  asked: Task,
  call: (vault: SecretClient, abortSignal: AbortSignal) => Promise<T>,
  ms?: number,
) => Promise<T>

/** Connected by the first call, or the next one when that fails. */
const createRun = (url: string): Run => {
  let opened: Promise<SecretClient> | undefined
  const client = (): Promise<SecretClient> => {
    opened ??= connect(url).catch((error: unknown) => {
      opened = undefined
      throw error
    })
    return opened
  }
  return async (asked, call, ms = deadlineMs) => {
    try {
      // Loaded before the time counts.
      const loaded = await client()
      return await within('The key vault', ms, { call: (signal) => call(loaded, signal) })
    } catch (error) {
      throw vaultFailure(asked, error)
    }
  }
}

const namesTagged = async (
  vault: SecretClient,
  tag: string,
  value: string,
  abortSignal: AbortSignal,
): Promise<readonly string[]> => {
  const names = new Set<string>()
  for await (const { name, tags } of vault.listPropertiesOfSecrets({ abortSignal }))
    if (tags?.[tag] === value) names.add(name)
  for await (const { name, properties } of vault.listDeletedSecrets({ abortSignal }))
    if (properties.tags?.[tag] === value) names.add(name)
  return [...names]
}

const purgeSecret = async (vault: SecretClient, name: string, abortSignal: AbortSignal): Promise<boolean> => {
  try {
    await (await vault.beginDeleteSecret(name, { abortSignal, intervalInMs: 500 })).pollUntilDone({ abortSignal })
  } catch (error) {
    // It was deleted before, and is only kept.
    if (statusOf(error) !== 404) throw error
  }
  try {
    await vault.purgeDeletedSecret(name, { abortSignal })
    return true
  } catch (error) {
    if (statusOf(error) === 404) return true
    if (statusOf(error) === 403) return false
    throw error
  }
}

const statusOf = (error: unknown): number | undefined =>
  (error instanceof Error ? (error as Partial<Answered>) : {}).statusCode

const secretOf = (
  value: string,
  { version = '', createdOn = new Date(0), notBefore, expiresOn }: SecretProperties,
): VaultSecret => ({
  value,
  version,
  createdAt: createdOn,
  ...(notBefore && { notBefore }),
  ...(expiresOn && { expiresOn }),
})

const retryOptions = { maxRetries: 1, retryDelayInMs: 200, maxRetryDelayInMs: 1_000 }

const connect = async (url: string): Promise<SecretClient> => {
  const { SecretClient: Client } = await import('@azure/keyvault-secrets')
  // The settings allow http for addresses of this machine alone, and none of those on Azure.
  if (url.startsWith('https:')) return new Client(url, await azureCredential(), { retryOptions })
  return new Client(url, { getToken: () => Promise.resolve(localToken()) }, { retryOptions, ...loopbackOptions })
}

/** The local vault takes any token. */
const localToken = () => ({ token: 'local', expiresOnTimestamp: Date.now() + 3_600_000 })

/** The client refuses plain http, and a vault that is not below the domain for which it asks tokens. */
const loopbackOptions = {
  disableChallengeResourceVerification: true,
  additionalPolicies: [
    {
      position: 'perCall',
      policy: {
        name: 'allowLoopback',
        sendRequest: (request, next) => next(Object.assign(request, { allowInsecureConnection: true })),
      },
    },
  ],
} satisfies ConstructorParameters<typeof SecretClient>[2]

type Answered = { readonly statusCode?: number; readonly code?: string; readonly message: string }

const vaultFailure = ({ name, failed }: Task, error: unknown): AppError => {
  const { statusCode, message = '' } = (error instanceof Error ? error : {}) as Partial<Answered>
  const cause = withoutAnswer(error)
  if (statusCode === 404) return unusable(name, 'is not in the key vault', cause)
  if (statusCode === 403 && /disabled secret/i.test(message))
    return unusable(name, 'is disabled in the key vault', cause)
  const reason = reasons.get(statusCode) ?? `it answered ${statusCode}. Repeat it later`
  return new AppError('vault-unavailable', `${failed}: ${reason}.`, { cause })
}

const reasons: ReadonlyMap<number | undefined, string> = new Map([
  [undefined, 'it did not answer. Repeat it later'],
  [403, 'it does not allow this app to do that. Deploy the roles of the app again'],
  [429, 'it limits how often it may be called. Repeat it later'],
])

/**
 * The client quotes an answer that it cannot read, which may be half of a secret. Only the error that a vault has told in its own form, and what went
 * wrong before there was an answer, goes along.
 */
const withoutAnswer = (error: unknown): unknown => {
  const { statusCode, code } = (error instanceof Error ? error : {}) as Partial<Answered>
  if (statusCode === undefined || (statusCode >= 400 && code !== unreadable)) return error
  return Object.assign(new Error(`The key vault answered ${statusCode} with a text that cannot be read.`), {
    statusCode,
    code,
  })
}

/** `RestError.PARSE_ERROR` of the client. */
const unreadable = 'PARSE_ERROR'

/** What waiting does not mend: somebody has to change the vault, or the setting that names the secret. */
export const unusable = (name: string, what: string, cause?: unknown): AppError =>
  new AppError('not-configured', `The secret ${name} ${what}. Set it there, or change the setting that names it.`, {
    cause,
  })
