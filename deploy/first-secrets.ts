// Which secrets the suite reads from the key vault, and how they get there the first time. Values go in, and never out.
import { randomBytes } from 'node:crypto'
import { secretNameOf } from '../infra/description/app-settings.ts'
import { cloudFaultOf, isSecretName } from '../shared/config/cloud-rules.ts'
import { type SettingName, settings } from '../shared/config/settings.ts'
import { isAppError } from '../shared/errors.ts'
import type { Vault } from '../shared/secrets/vault.ts'

export type WantedSecret = {
  /** Its name in the vault. */
  readonly name: string
  /** The setting that leads to it; the key that wraps others has none. */
  readonly setting: SettingName | undefined
  readonly isOptional: boolean
  /** Nobody else has to know it. */
  readonly isOwn: boolean
}

export type SecretState = WantedSecret & {
  readonly state: 'there' | 'set' | 'generated' | 'missing' | 'not set'
}

export type Order = {
  /** Values by the names of the secrets. */
  readonly given: Readonly<Record<string, string>>
  /** Make those that nobody else has to know, where they are missing. */
  readonly generate: boolean
  /** Give a secret that is there a new version. */
  readonly replace: boolean
}

const wrappingKey: WantedSecret = { name: 'row-wrapping-key', setting: undefined, isOptional: false, isOwn: true }

/** Secrets that only the suite itself uses: it signs with them, and checks its own signatures. */
const own: ReadonlySet<string> = new Set<SettingName>(['AUDIT_SIGNING_KEY'])

export const wantedSecrets: readonly WantedSecret[] = [
  ...(Object.keys(settings.shape) as SettingName[]).filter(isSecretName).map((setting) => ({
    name: secretNameOf(setting),
    setting,
    isOptional: settings.shape[setting].safeParse(undefined).success,
    isOwn: own.has(setting),
  })),
  wrappingKey,
].toSorted((one, other) => (one.name < other.name ? -1 : 1))

/**
 * Repeating it does no harm: what is there stays as it is, unless it is to be replaced.
 * @throws Error that names each secret that is unknown, unfit, or there already; nothing was set then. What the vault throws.
 */
export const provideSecrets = async (vault: Vault, order: Order): Promise<readonly SecretState[]> => {
  const known = new Map<string, boolean>()
  for (const { name } of wantedSecrets) known.set(name, await isThere(vault, name))
  const faults = Object.entries(order.given).flatMap(([name, value]) => {
    const fault = faultOf(name, value) ?? (known.get(name) && !order.replace ? 'It is there already.' : undefined)
    return fault === undefined ? [] : [`${name}: ${fault}`]
  })
  if (faults.length > 0) throw new Error(`No secret was set.\n${faults.join('\n')}`)
  const states: SecretState[] = []
  for (const wanted of wantedSecrets) states.push({ ...wanted, state: await provide(vault, wanted, known, order) })
  return states
}

const provide = async (
  vault: Vault,
  { name, isOptional, isOwn }: WantedSecret,
  known: ReadonlyMap<string, boolean>,
  { given, generate }: Order,
): Promise<SecretState['state']> => {
  if (given[name] !== undefined) {
    await vault.set(name, given[name])
    return 'set'
  }
  if (known.get(name)) return 'there'
  if (isOwn && generate) {
    await vault.set(name, randomBytes(32).toString('base64'))
    return 'generated'
  }
  return isOptional ? 'not set' : 'missing'
}

const isThere = async (vault: Vault, name: string): Promise<boolean> => {
  try {
    await vault.get(name)
    return true
  } catch (error) {
    if (isAppError(error, 'not-configured')) return false
    throw error
  }
}

/** As the apps would find it; the value is no part of what is said. */
const faultOf = (name: string, value: string): string | undefined => {
  const wanted = wantedSecrets.find((secret) => secret.name === name)
  if (wanted === undefined) return 'The suite reads no such secret.'
  if (wanted.setting === undefined)
    return Buffer.from(value, 'base64').length === 32 ? undefined : 'It needs 32 random bytes in base64.'
  const { error } = settings.shape[wanted.setting].safeParse(value)
  return error === undefined
    ? cloudFaultOf(wanted.setting, value)
    : error.issues.map(({ message }) => message).join(', ')
}
