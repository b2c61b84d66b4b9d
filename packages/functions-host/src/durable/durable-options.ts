// The part of host.json under extensions.durableTask that this host obeys, with the defaults of the extension
// (https://learn.microsoft.com/azure/azure-functions/durable/durable-functions-bindings#host-json).
import { availableParallelism } from 'node:os'
import { type HostJson, valueAt } from '../host-json.ts'
import { resolvePlaceholders, type Settings } from '../settings.ts'

export type DurableOptions = {
  readonly hubName: string
  readonly connectionName: string
  readonly maxConcurrentActivityFunctions: number
  readonly maxConcurrentOrchestratorFunctions: number
  readonly defaultVersion?: string
}

const prefix = ['extensions', 'durableTask']

const textAt = (hostJson: HostJson, settings: Settings, ...path: string[]): string | undefined => {
  const value = valueAt(hostJson.raw, [...prefix, ...path])
  if (value === undefined || value === null) return undefined
  const name = `host.json: ${[...prefix, ...path].join('.')}`
  if (typeof value !== 'string') throw new Error(`${name} must be a string.`)
  return resolvePlaceholders(value, settings, name)
}

const limitAt = (hostJson: HostJson, name: string): number => {
  const value = valueAt(hostJson.raw, [...prefix, name]) ?? 10 * availableParallelism()
  // An override by a setting comes as text.
  const number = Number(value)
  if (!Number.isInteger(number) || number < 1)
    throw new Error(
      `host.json: ${[...prefix, name].join('.')} is ${JSON.stringify(value)}; it must be a whole number from 1.`,
    )
  return number
}

/** As the extension makes a hub name of the site's name: letters and digits, a letter first, from 3 to 45. */
const hubNameOfSite = (site: string): string => {
  const letters = site.replaceAll(/[^A-Za-z0-9]/g, '')
  if (letters === '') return 'DefaultTaskHub'
  const name = (/^\d/.test(letters) ? `t${letters}` : letters).slice(0, 45)
  return name.length < 3 ? `${name}Hub` : name
}

const hubNameOf = (hostJson: HostJson, settings: Settings): string => {
  const given = textAt(hostJson, settings, 'hubName')
  if (given === undefined) {
    const site = settings['WEBSITE_SITE_NAME']
    return site ? hubNameOfSite(site) : 'TestHubName'
  }
  if (!/^[A-Za-z][A-Za-z0-9]{2,44}$/.test(given))
    throw new Error(
      `host.json: extensions.durableTask.hubName is "${given}": a task hub name starts with a letter, holds letters and digits only, and has 3 to 45 of them.`,
    )
  return given
}

/** What the extension does by default: a start takes the place of an instance with the same id only when that one is over. */
const refuseOverriding = (hostJson: HostJson): void => {
  const value = valueAt(hostJson.raw, [...prefix, 'overridableExistingInstanceStates']) ?? 'NonRunningStates'
  // The extension takes the number of the enum as well.
  if (['nonrunningstates', '1'].includes(JSON.stringify(value).replaceAll('"', '').toLowerCase())) return
  throw new Error(
    `host.json: extensions.durableTask.overridableExistingInstanceStates is ${JSON.stringify(value)}; this host knows NonRunningStates only.`,
  )
}

/** @throws an error that names the property that cannot be obeyed */
export const durableOptions = (hostJson: HostJson, settings: Settings): DurableOptions => {
  refuseOverriding(hostJson)
  const storage = textAt(hostJson, settings, 'storageProvider', 'connectionStringName')
  const provider = textAt(hostJson, settings, 'storageProvider', 'type') ?? 'AzureStorage'
  const defaultVersion = textAt(hostJson, settings, 'defaultVersion')
  return {
    hubName: hubNameOf(hostJson, settings),
    // The connection of another provider (the Durable Task Scheduler) is none of a storage account.
    connectionName:
      provider.toLowerCase() === 'azurestorage' ? (storage ?? 'AzureWebJobsStorage') : 'AzureWebJobsStorage',
    maxConcurrentActivityFunctions: limitAt(hostJson, 'maxConcurrentActivityFunctions'),
    maxConcurrentOrchestratorFunctions: limitAt(hostJson, 'maxConcurrentOrchestratorFunctions'),
    ...(defaultVersion !== undefined && { defaultVersion }),
  }
}
