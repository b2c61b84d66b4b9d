// Settings that are secrets: the value itself, or `kv:<name>` for one that is read from the key vault when it is needed.
import type { SettingName, SettingValues } from './settings.ts'

/** What a secret setting says. Not text, so that nobody takes the name of a secret for the secret. */
export type SecretSetting = { readonly value: string } | { readonly secretName: string }

export type SecretSettingName = Extract<
  SettingName,
  `${string}_KEY` | `${string}_KEY_PREVIOUS` | `${string}_SECRET` | `${string}_SECRET_PREVIOUS`
>

/** Settings as they are read: of a secret where it is, of others the value. */
export type ReadSettings = {
  readonly [Name in SettingName]: Name extends SecretSettingName
    ? SecretSetting | Extract<SettingValues[Name], undefined>
    : SettingValues[Name]
}

/** The secret of a setting; undefined only for one that may be left out. */
export type SecretOf<Name extends SecretSettingName> = string | Extract<SettingValues[Name], undefined>

const reference = /^kv:/i

/** As Key Vault allows it. */
const secretName = /^[0-9a-zA-Z-]{1,127}$/

export const isSecretReference = (raw: string): boolean => reference.test(raw)

/** The name that follows `kv:`; undefined when no secret can have it. */
export const secretNameIn = (raw: string): string | undefined => secretName.exec(raw.replace(reference, ''))?.[0]
