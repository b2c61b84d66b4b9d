// Reads the settings without ever throwing at load: what is wrong is kept by name, and whoever needs it is told then (R13).
import type * as z from 'zod'
import { AppError } from '../errors.ts'
import { type SettingFault, type SettingName, type SettingValues, isLoopback, settings } from './settings.ts'

/** One setting that cannot be used: its name, what is wrong and how to mend it. Never its value. */
export type SettingProblem = { readonly name: SettingName; readonly fault: SettingFault; readonly advice: string }

export type Config = {
  readonly problems: readonly SettingProblem[]
  /** True on Azure, false on a laptop: decided by the variables that App Service sets. */
  readonly onAzure: boolean
  /** The values of these settings. Throws `not-configured` naming every one of them that is missing or not usable. */
  readonly require: <Name extends SettingName>(...names: readonly Name[]) => Pick<SettingValues, Name>
}

/** The environment as a process has it; an empty value counts as not set. */
type Environment = Readonly<Record<string, string | undefined>>

/** Values of the sample settings carry this mark, so that they can be refused where they would be a hole. */
export const localOnlyMark = 'local-only'

export const loadConfig = (environment: Environment): Config => {
  const onAzure = Boolean(environment['WEBSITE_INSTANCE_ID'] ?? environment['WEBSITE_SITE_NAME'])
  const values: Partial<Record<SettingName, unknown>> = {}
  const problems: SettingProblem[] = []
  for (const name of Object.keys(settings.shape) as SettingName[]) {
    const outcome = readSetting(name, rawValue(environment, name), onAzure)
    if ('problem' in outcome) problems.push({ name, ...outcome.problem })
    else values[name] = outcome.value
  }
  return {
    problems,
    onAzure,
    require: (...names) => {
      const bad = problems.filter((problem) => names.some((name) => name === problem.name))
      if (bad.length > 0) throw notConfigured(bad)
      return Object.fromEntries(names.map((name) => [name, values[name]])) as never
    },
  }
}

/** The host connects its triggers with the managed identity when the namespace is given under this name. */
const identityNames: Partial<Record<SettingName, string>> = { SERVICE_BUS: 'SERVICE_BUS__fullyQualifiedNamespace' }

const rawValue = (environment: Environment, name: SettingName): string | undefined =>
  environment[name] || environment[identityNames[name] ?? ''] || undefined

type Outcome = { readonly value: unknown } | { readonly problem: Omit<SettingProblem, 'name'> }

const readSetting = (name: SettingName, raw: string | undefined, onAzure: boolean): Outcome => {
  if (raw !== undefined && isUnresolved(raw))
    return {
      problem: {
        fault: 'unresolved',
        advice:
          'The reference was delivered instead of its value: check the name of the secret and the access to the vault.',
      },
    }
  if (raw !== undefined && onAzure && isForLaptop(raw))
    return { problem: { fault: 'weak', advice: 'This is the value of the local stack: set one of your own.' } }
  const schema: z.ZodType = settings.shape[name]
  const parsed = schema.safeParse(raw)
  if (parsed.success) return { value: parsed.data }
  if (raw === undefined) return { problem: { fault: 'missing', advice: `Set it. ${settings.shape[name].description}` } }
  const [issue] = parsed.error.issues
  const fault = issue?.code === 'custom' ? (issue.params?.['fault'] as SettingFault | undefined) : undefined
  return { problem: { fault: fault ?? 'invalid', advice: `The value ${issue?.message ?? 'is not valid'}.` } }
}

/** App Service hands over an unreadable Key Vault reference as it stands; `kv:` and `%NAME%` are references of ours and the host's. */
const isUnresolved = (raw: string): boolean =>
  /^@Microsoft\.KeyVault\(/i.test(raw) || /^kv:/i.test(raw) || /^%\w+%$/.test(raw)

const isForLaptop = (raw: string): boolean => raw.includes(localOnlyMark) || urlsIn(raw).some(isLoopback)

/** The value itself, or the endpoints of a connection string (`Name=url;Name=url`). */
const urlsIn = (raw: string): readonly string[] =>
  [raw, ...raw.split(';').map((part) => part.slice(part.indexOf('=') + 1))].filter((text) => URL.canParse(text))

const notConfigured = (problems: readonly SettingProblem[]): AppError => {
  const names = problems.map(({ name }) => name)
  return new AppError(
    'not-configured',
    `This needs ${names.join(', ')}: ${problems.map(({ name, fault }) => `${name} is ${fault}`).join(', ')}.`,
    { details: { settings: names } },
  )
}
