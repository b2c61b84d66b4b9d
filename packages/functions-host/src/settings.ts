// App settings: on Azure and here they are environment variables; functions refer to them as `%NAME%`.

export type Settings = Readonly<Record<string, string>>

/** The variables that are set, as plain settings. */
export const settingsOf = (environment: Readonly<Record<string, string | undefined>>): Settings =>
  Object.fromEntries(Object.entries(environment).filter((entry): entry is [string, string] => entry[1] !== undefined))

/**
 * Replaces every `%NAME%` by the setting's value.
 * @throws an error that names the setting that is missing or empty
 */
export const resolvePlaceholders = (text: string, settings: Settings, what: string): string =>
  text.replaceAll(/%([^%]*)%/g, (placeholder, name: string) => {
    const value = settings[name]
    if (value) return value
    throw new Error(`${what} is "${text}", but the app setting ${name} is not set: ${placeholder} cannot be resolved.`)
  })

/**
 * Whether `AzureWebJobs.<name>.Disabled` turns the function off; `AzureWebJobs_<name>_Disabled` does the same where a name
 * may not hold dots (https://learn.microsoft.com/azure/azure-functions/disable-function).
 */
export const isDisabled = (name: string, settings: Settings): boolean =>
  [`AzureWebJobs.${name}.Disabled`, `AzureWebJobs_${name}_Disabled`].some((setting) => {
    const value = settings[setting]?.toLowerCase()
    return value === 'true' || value === '1'
  })
