// The JSON of the files that the Azure host and its tools read, which forgive what JSON does not allow.
import { readFileSync } from 'node:fs'
import json5 from 'json5'

/**
 * Comments, trailing commas and a byte order mark are allowed, as in Newtonsoft.Json, which reads `host.json`
 * (HostJsonFileConfigurationSource.cs of azure-functions-host) and `local.settings.json` (AppSettingsFile.cs of azure-functions-core-tools).
 * @throws what `node:fs` says, or a SyntaxError with line and column
 */
export const readLenientJson = (file: string): unknown => json5.parse(readFileSync(file, 'utf8').replace(/^\uFEFF/, ''))
