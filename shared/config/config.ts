// Reads the settings without ever throwing at load: what is wrong is kept by name, and whoever needs it is told then (R13).
import type * as z from 'zod'
import { AppError } from '../errors.ts'
import { log } from '../telemetry/log.ts'
import { plainWords } from '../schema/plain-words.ts'
import { cloudFaultOf, isSecretName } from './cloud-rules.ts'
import {
  type ReadSettings,
  type SecretSetting,
  type SecretSettingName,
  isSecretReference,
  secretNameIn,
} from './secret-setting.ts'
import { type SettingFault, type SettingName, settings } from './settings.ts'

/** One setting that cannot be used: its name, what is wrong and how to mend it. Never its value. */
export type SettingProblem = {
  readonly name: SettingName
  readonly fault: SettingFault
  readonly advice: string
  /** It may be left out, so it counts as left out: whoever reads it is given the default. */
  readonly ignored?: true
}

export type Config = {
  readonly problems: readonly SettingProblem[]
  /** True on Azure, false on a laptop: decided by the variables that App Service sets. */
  readonly onAzure: boolean
  /** The values of these settings. Throws `not-configured` naming every one of them that is missing or not usable, but for optional ones. */
  readonly require: <Name extends SettingName>(...names: readonly Name[]) => Pick<ReadSettings, Name>
  /** What the vault holds for this setting, once it is as good as the setting itself would have to be. Throws `not-configured` otherwise. */
  readonly secretOf: (name: SecretSettingName, raw: string) => string
  /** Judges what takes a library to judge, AI_COOKIE_DOMAIN, once; without it nothing is loaded. Before that the setting is not to be believed. */
  readonly complete: () => Promise<void>
}

/** The environment as a process has it; an empty value counts as not set. */
type Environment = Readonly<Record<string, string | undefined>>

export const loadConfig = (environment: Environment): Config => {
  // Set but empty is no laptop: nobody else sets them.
  const onAzure = ['WEBSITE_INSTANCE_ID', 'WEBSITE_SITE_NAME'].some((name) => environment[name] !== undefined)
  const values: Partial<Record<SettingName, unknown>> = {}
  const problems: SettingProblem[] = []
  for (const name of Object.keys(settings.shape) as SettingName[]) {
    const outcome = readSetting(name, rawValue(environment, name), onAzure)
    if ('value' in outcome) values[name] = outcome.value
    else problems.push(problemOf(name, outcome.problem, values))
  }
  const parts = { environment, values, problems }
  refuseSecretsWithoutVault(parts)
  if (onAzure) refuseEqualSecrets(parts)
  refuseForeignCookieDomain(parts)
  let completion: Promise<void> | undefined
  return {
    problems,
    onAzure,
    require: (...names) => {
      const bad = problems.filter(({ name, ignored }) => !ignored && names.some((wanted) => wanted === name))
      if (bad.length > 0) throw notConfigured(bad)
      return Object.fromEntries(names.map((name) => [name, values[name]])) as never
    },
    secretOf: (name, raw) => {
      const outcome = readValue(name, raw, onAzure)
      if ('value' in outcome) return outcome.value as string
      throw notConfigured([{ name, ...outcome.problem }], 'in the key vault')
    },
    complete: () => (completion ??= refusePublicSuffix(parts)),
  }
}

type Parts = {
  readonly environment: Environment
  readonly values: Partial<Record<SettingName, unknown>>
  readonly problems: SettingProblem[]
}

/** An optional setting that is bad is told of and ignored: it may not take down what works without it. */
const problemOf = (
  name: SettingName,
  problem: Omit<SettingProblem, 'name'>,
  values: Parts['values'],
): SettingProblem => {
  const schema: z.ZodType = settings.shape[name]
  const absent = schema.safeParse(undefined)
  if (!absent.success) return { name, ...problem }
  values[name] = absent.data
  return { name, ...problem, ignored: true }
}

/** What is to be read from a vault needs one. */
const refuseSecretsWithoutVault = ({ values, problems }: Parts): void => {
  if (values.KEY_VAULT !== undefined) return
  for (const [name, value] of Object.entries(values) as [SettingName, unknown][]) {
    if (!isSecretName(name) || typeof value !== 'object' || value === null || !('secretName' in value)) continue
    const advice = 'It is to be read from the key vault: set KEY_VAULT.'
    problems.push(problemOf(name, { fault: 'unresolved', advice }, values))
  }
}

/** Who has one secret could otherwise make tokens, or call, as somebody else. */
const refuseEqualSecrets = ({ environment, values, problems }: Parts): void => {
  const names = (Object.keys(settings.shape) as SettingName[]).filter(isSecretName)
  for (const name of names) {
    const raw = rawValue(environment, name)
    const twin = raw && names.find((other) => other !== name && rawValue(environment, other) === raw)
    if (!twin || problems.some((problem) => problem.name === name)) continue
    problems.push(
      problemOf(name, { fault: 'weak', advice: `It is the same as ${twin}: each needs one of its own.` }, values),
    )
  }
}

/** A browser keeps no cookie for a domain that does not hold the page's host. */
const refuseForeignCookieDomain = ({ values, problems }: Parts): void => {
  const { AI_COOKIE_DOMAIN: domain, AI_PUBLIC_URL: url } = values
  if (typeof domain !== 'string' || typeof url !== 'string') return
  const { hostname } = new URL(url)
  if (hostname === domain || hostname.endsWith(`.${domain}`)) return
  const advice = 'The value must be the domain of AI_PUBLIC_URL, or one above it.'
  problems.push(problemOf('AI_COOKIE_DOMAIN', { fault: 'invalid', advice }, values))
}

/** Anybody could have a host below it, and a browser keeps no cookie for it. */
const refusePublicSuffix = async ({ values, problems }: Parts): Promise<void> => {
  const { AI_COOKIE_DOMAIN: domain } = values
  if (typeof domain !== 'string') return
  const { isPublicSuffix } = await import('./public-suffix.ts')
  if (!isPublicSuffix(domain)) return
  const advice = 'The value must be a domain of your own: below this one anybody can have a host.'
  problems.push(problemOf('AI_COOKIE_DOMAIN', { fault: 'invalid', advice }, values))
  log.error('app.setting.not_usable', { setting: 'AI_COOKIE_DOMAIN', fault: 'invalid', advice })
}

/** The host connects its triggers with the managed identity when the namespace is given under this name. */
const identityNames: Partial<Record<SettingName, string>> = { SERVICE_BUS: 'SERVICE_BUS__fullyQualifiedNamespace' }

const rawValue = (environment: Environment, name: SettingName): string | undefined =>
  environment[name] || environment[identityNames[name] ?? ''] || undefined

type Outcome = { readonly value: unknown } | { readonly problem: Omit<SettingProblem, 'name'> }

const readSetting = (name: SettingName, raw: string | undefined, onAzure: boolean): Outcome => {
  if (!isSecretName(name)) return readValue(name, raw, onAzure)
  if (raw !== undefined && isSecretReference(raw)) return readReference(raw)
  const outcome = readValue(name, raw, onAzure)
  return 'value' in outcome && typeof outcome.value === 'string'
    ? { value: { value: outcome.value } satisfies SecretSetting }
    : outcome
}

/** As it stands, which a reference is not. */
const readValue = (name: SettingName, raw: string | undefined, onAzure: boolean): Outcome => {
  if (raw !== undefined && isUnresolved(raw))
    return {
      problem: {
        fault: 'unresolved',
        advice:
          'The reference was delivered instead of its value: check the name of the secret and the access to the vault.',
      },
    }
  const cloudFault = onAzure && raw !== undefined ? cloudFaultOf(name, raw) : undefined
  if (cloudFault !== undefined) return { problem: { fault: 'weak', advice: cloudFault } }
  const schema: z.ZodType = settings.shape[name]
  const parsed = schema.safeParse(raw, { error: plainWords })
  if (parsed.success) return { value: parsed.data }
  if (raw === undefined) return { problem: { fault: 'missing', advice: `Set it. ${settings.shape[name].description}` } }
  const [issue] = parsed.error.issues
  const fault = issue?.code === 'custom' ? (issue.params?.['fault'] as SettingFault | undefined) : undefined
  return { problem: { fault: fault ?? 'invalid', advice: `The value ${issue?.message ?? 'is not valid'}.` } }
}

const readReference = (raw: string): Outcome => {
  const secretName = secretNameIn(raw)
  if (secretName !== undefined) return { value: { secretName } satisfies SecretSetting }
  const advice = 'After "kv:" comes the name of a secret: at most 127 letters, digits and hyphens.'
  return { problem: { fault: 'invalid', advice } }
}

/**
 * App Service hands over an unreadable Key Vault reference as it stands; `kv:` is a reference of ours, and only secrets can be one; `%NAME%`
 * is one of the host; the others are of tools that deploy.
 */
const isUnresolved = (raw: string): boolean =>
  /^@Microsoft\.KeyVault\(/i.test(raw) ||
  isSecretReference(raw) ||
  /^%\w+%$/.test(raw) ||
  /^\s*<[^<>]*>\s*$|\$\{[^}]*\}|#\{[^}]*\}#|\{\{[^}]*\}\}|\$\(\w+\)/.test(raw)

const notConfigured = (problems: readonly SettingProblem[], where?: string): AppError => {
  const names = problems.map(({ name }) => name)
  return new AppError(
    'not-configured',
    `This needs ${names.join(', ')}: ${problems.map(({ name, fault }) => `${name} is ${fault}`).join(', ')}${where === undefined ? '' : ` ${where}`}.`,
    { details: { settings: names } },
  )
}
