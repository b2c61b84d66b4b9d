// Process entry: node deploy/secrets.ts --vault <url> [--file <path>] [--generate] [--replace]
// Puts the first secrets into the key vault, and says which are missing. Ends with 1 while one is.
import { readFileSync, statSync } from 'node:fs'
import * as z from 'zod'
import { UsageError, runCommand } from '../shared/command-line.ts'
import { settings } from '../shared/config/settings.ts'
import { createVault } from '../shared/secrets/vault.ts'
import { provideSecrets } from './first-secrets.ts'

const usage = `Usage: npm run secrets -- --vault <url> [--file <path>] [--generate] [--replace]

  --vault      The key vault, such as https://kv-dev-abc123.vault.azure.net. You need the role Key Vault Secrets Officer.
  --file       JSON with values by the names of the secrets, readable for you alone. It is checked before anything is set. Delete it afterwards.
  --generate   Make the missing secrets that nobody but the suite has to know.
  --replace    Set a new version of each secret of the file that is there already. Without it none of the file is set then.

Without --file and --generate it only looks. Ends with 1 while a secret is missing that the suite needs.`

const Given = z.record(z.string(), z.string(), 'must be an object of texts')

const readGiven = (file: string): Readonly<Record<string, string>> => {
  if (process.platform !== 'win32' && (statSync(file).mode & 0o077) !== 0)
    throw new Error(`Others can read ${file}. Run "chmod 600 ${file}", and think about who has read it.`)
  let json: unknown
  try {
    json = JSON.parse(readFileSync(file, 'utf8'))
  } catch {
    // Without the cause: the parser quotes what it has read.
    throw new Error(`${file} is not JSON.`)
  }
  const given = Given.safeParse(json)
  if (!given.success) throw new Error(`${file} ${z.prettifyError(given.error)}`)
  return given.data
}

/** As the apps take it; without a host in front, as when azd has printed none, it would be one too. */
const isVaultAddress = (url: string): boolean =>
  settings.shape.KEY_VAULT.safeParse(url).success && !new URL(url).hostname.startsWith('.')

const flag = { type: 'boolean', default: false } as const
const options = { vault: { type: 'string' }, file: { type: 'string' }, generate: flag, replace: flag } as const

await runCommand({ usage, options }, async ({ values: { vault, file, generate, replace } }) => {
  if (vault === undefined) throw new UsageError('--vault is missing.')
  if (!isVaultAddress(vault))
    throw new UsageError(`--vault is "${vault}", and not such as https://kv-dev-abc123.vault.azure.net.`)
  if (replace && file === undefined) throw new UsageError('--replace needs --file: it says what is replaced.')
  const given = file === undefined ? {} : readGiven(file)
  const states = await provideSecrets(createVault(vault), { given, generate, replace })
  const width = Math.max(...states.map(({ name }) => name.length))
  for (const { name, state } of states) console.log(`${name.padEnd(width)}  ${state}`)
  return states.every(({ state }) => state !== 'missing')
})
