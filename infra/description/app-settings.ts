// Which settings each Function App is given, and which of them are secrets of the key vault.
import { type FunctionApp, settingsOf } from '../../functions/apps/function-app.ts'
import { isSecretName } from '../../shared/config/cloud-rules.ts'
import { type SettingName, settings } from '../../shared/config/settings.ts'
import { peerNames, peers, registrars } from '../../shared/peers/peers.ts'
import type { Definition } from '../../shared/triggers/register.ts'

/** Settings that name what the deployment itself makes. */
const made: ReadonlySet<SettingName> = new Set([
  'DATA_STORAGE',
  'SERVICE_BUS',
  'KEY_VAULT',
  'TENANT_VAULT',
  'CODE_PUBLIC_URL',
  'AI_PUBLIC_URL',
  'AI_GATEWAY_URL',
  'AI_MODELS',
  'TRUSTED_PROXY_COUNT',
])

export type SettingKind = {
  /** `made`: it names a resource of the deployment. `secret`: it is in the key vault. `given`: whoever deploys gives it. */
  readonly kind: 'made' | 'secret' | 'given'
  /** The app works without it. */
  readonly optional: boolean
  /** Of a secret: its name in the vault. */
  readonly secret?: string
  /** Of the address of another product: what that is called. It is at https://<peer>.<domain> unless somebody says otherwise. */
  readonly peer?: string
}

export const settingKinds = (): Readonly<Record<string, SettingKind>> =>
  Object.fromEntries((Object.keys(settings.shape) as SettingName[]).sort().map((name) => [name, kindOf(name)]))

const kindOf = (name: SettingName): SettingKind => {
  const optional = isOptional(name)
  if (made.has(name)) return { kind: 'made', optional }
  if (isSecretName(name)) return { kind: 'secret', optional, secret: secretNameOf(name) }
  const peer = peerNames.find((slug) => peers[slug].url === name)
  return { kind: 'given', optional, ...(peer !== undefined && { peer }) }
}

const isOptional = (name: SettingName): boolean => settings.shape[name].safeParse(undefined).success

/** `PSA_SERVICE_KEY`: `psa-service-key`. */
export const secretNameOf = (setting: string): string => setting.toLowerCase().replaceAll('_', '-')

/** Every setting that some function of the app reads, whether it must be there or not. */
export const givenSettings = ({ definitions }: FunctionApp): readonly SettingName[] => {
  const read = new Set<SettingName>([...settingsOf(definitions), ...definitions.flatMap(usedSettings)])
  for (const name of read) {
    const previous = `${name}_PREVIOUS`
    if (Object.hasOwn(settings.shape, previous)) read.add(previous as SettingName)
  }
  // What was signed with a key of before is verified with its public half.
  if (read.has('AUDIT_SIGNING_KEY')) read.add('AUDIT_PUBLIC_KEYS')
  if ([...read].some(isSecretName)) read.add('KEY_VAULT')
  if (readsTenantKeys([...read])) read.add('KEY_VAULT').add('TENANT_VAULT')
  return [...read].sort()
}

const usedSettings = ({ uses }: Definition): readonly SettingName[] => [
  ...(uses?.models
    ? (['AI_MODELS', 'AI_MODEL_KEY', 'HUB_URL', 'TRACES_TO', 'OTEL_EXPORTER_OTLP_ENDPOINT'] as const)
    : []),
  ...(uses?.rotatesKeys ? registrars.flatMap((peer) => [peers[peer].url, peers[peer].registration]) : []),
]

/** Whoever calls a product that takes keys by registration may have to call it with an organization's own. */
export const readsTenantKeys = (read: readonly string[]): boolean =>
  registrars.some((peer) => read.includes(peers[peer].url))
