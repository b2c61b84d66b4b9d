// The secret of a setting: the setting itself, or what the vault has under the name that it gives.
import type { Config } from '../config/config.ts'
import type { SecretOf, SecretSettingName } from '../config/secret-setting.ts'
import { AppError, isAppError } from '../errors.ts'
import type { SecretCache } from './secret-cache.ts'

export type ReadSecret = <Name extends SecretSettingName>(
  name: Name,
  /** A value that is no longer accepted: read past what is known of it. */
  refused?: string,
) => Promise<SecretOf<Name>>

/**
 * @param cache is asked for only when a secret is in the vault
 * @returns throws AppError `not-configured` or `vault-unavailable`, naming the setting, never the value
 */
export const createReadSecret =
  (config: Config, cache: () => Promise<SecretCache>): ReadSecret =>
  async <Name extends SecretSettingName>(name: Name, refused?: string): Promise<SecretOf<Name>> => {
    const setting = config.require(name)[name]
    if (setting === undefined) return undefined as SecretOf<Name>
    if ('value' in setting) return setting.value
    try {
      const { value } = await (await cache()).read(setting.secretName, refused === undefined ? {} : { refused })
      return config.secretOf(name, value)
    } catch (error) {
      throw isAppError(error, 'not-configured', 'vault-unavailable') ? named(name, error) : error
    }
  }

const named = (name: SecretSettingName, error: AppError): AppError =>
  error.details.settings
    ? error
    : new AppError(error.code, `${name} cannot be used. ${error.message}`, {
        cause: error,
        details: { settings: [name] },
      })
