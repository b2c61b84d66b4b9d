// The app settings of the local stack: read as the Azure host's own tool reads them, moved to the ports that are in use.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { readLenientJson } from '@theone/functions-host/lenient-json'
import { type PortName, portNames, portTable } from './ports.ts'

export type LocalSettings = Readonly<Record<string, string>>

const SettingsFile = z.object({ Values: z.record(z.string(), z.string()) })

/**
 * `settings` are the `Values` of `local.settings.json`, else of `local.settings.sample.json`; `overrides` are the environment
 * variables of the same names.
 * @param folder the project's
 * @throws Error naming the file that cannot be read
 */
export const readLocalSettings = (
  folder: string,
  environment: Readonly<Record<string, string | undefined>>,
): { readonly settings: LocalSettings; readonly overrides: LocalSettings } => {
  const sample = join(folder, 'local.settings.sample.json')
  const own = join(folder, 'local.settings.json')
  const settings = readValues(existsSync(own) ? own : sample)
  // A setting that is new in the sample can be given by the environment before it is in one's own file.
  const names = [...new Set([...Object.keys(settings), ...Object.keys(readValues(sample))])]
  const overrides = names.flatMap((name) => {
    const value = environment[name]
    return value === undefined ? [] : [[name, value] as const]
  })
  return { settings, overrides: Object.fromEntries(overrides) }
}

const readValues = (file: string): Readonly<Record<string, string>> => {
  try {
    return SettingsFile.parse(readLenientJson(file)).Values
  } catch (cause) {
    const reason = cause instanceof z.ZodError ? z.prettifyError(cause) : String(cause)
    throw new Error(`${file} cannot be read. It must look like local.settings.sample.json.\n${reason}`, { cause })
  }
}

/**
 * Addresses of the usual ports become those at which the parts really are; other addresses stay as they are.
 * @param urls base URLs of the parts, such as `http://127.0.0.1:7071`
 */
export const moveToPorts = (settings: LocalSettings, urls: Readonly<Record<PortName, string>>): LocalSettings =>
  Object.fromEntries(
    Object.entries(settings).map(([name, value]) => {
      // In one pass, so that an address that was put in is not moved again.
      const moved = value.replace(/(?:http|sb):\/\/(?:127\.0\.0\.1|localhost):(\d+)/g, (address, port: string) => {
        const part = portNames.find((candidate) => portTable[candidate].port === Number(port))
        return part === undefined ? address : urls[part]
      })
      return [name, moved]
    }),
  )

/** As a shell reads them: `NAME='value'`, a line each. */
export const shellText = (settings: LocalSettings): string =>
  Object.entries(settings)
    .map(([name, value]) => `${name}='${value.replaceAll("'", String.raw`'\''`)}'\n`)
    .join('')

/** @throws Error naming every one of these settings that is missing or empty */
export const requireSettings = <Name extends string>(
  settings: Readonly<Record<string, string | undefined>>,
  names: readonly Name[],
): Readonly<Record<Name, string>> => {
  const missing = names.filter((name) => !settings[name])
  if (missing.length > 0)
    throw new Error(`The local stack needs ${missing.join(', ')}. local.settings.sample.json has values for a laptop.`)
  return Object.fromEntries(names.map((name) => [name, settings[name]])) as Record<Name, string>
}
