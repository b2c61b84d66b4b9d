// What a value may not be on Azure, though a laptop takes it: values of the local stack, placeholders, what nobody generated.
import { BlockList, isIP } from 'node:net'
import { isGuessable } from './guessable-secret.ts'
import type { SecretSettingName } from './secret-setting.ts'

/** Values of the sample settings carry this mark, so that they can be refused where they would be a hole. */
const localOnlyMark = 'local-only'

/** Published with Azurite, so that everybody has it. */
const azuriteKey = 'Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw=='

const placeholderWords = /change-?me|placeholder|replace|insert|example|sample|secret|passw|default|your-|todo/i

/** This machine, and where a machine finds the platform that it runs on. */
const ownRanges = new BlockList()
for (const [network, prefix] of [
  ['0.0.0.0', 8],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['168.63.129.16', 32],
] as const)
  ownRanges.addSubnet(network, prefix, 'ipv4')
for (const [network, prefix] of [
  ['::', 127],
  ['fe80::', 10],
] as const)
  ownRanges.addSubnet(network, prefix, 'ipv6')

/** A host as the URL parser writes it, in which every spelling of an address has become one. */
export const isOwnHost = (hostname: string): boolean => {
  const host = hostname.replace(/\.$/, '').replace(/^\[(.*)\]$/, '$1')
  const family = isIP(host)
  if (family === 0) return host === 'localhost' || host.endsWith('.localhost')
  return ownRanges.check(host, family === 4 ? 'ipv4' : 'ipv6')
}

/** Why the value cannot be used on Azure; undefined when it can. */
export const cloudFaultOf = (name: string, raw: string): string | undefined => {
  if (raw !== raw.trim()) return 'It begins or ends with white space.'
  if (raw.includes(localOnlyMark) || raw.includes(azuriteKey) || /devstoreaccount1/i.test(raw))
    return 'This is the value of the local stack: set one of your own.'
  if (/UseDevelopment(?:Emulator|Storage)=true/i.test(raw)) return 'It names an emulator.'
  if (urlsIn(raw).some(({ hostname }) => isOwnHost(hostname)))
    return 'It leads to this machine or to its platform: set the address of the service.'
  if (urlsIn(raw).some(({ protocol }) => protocol === 'http:') || /DefaultEndpointsProtocol=http(?:;|$)/i.test(raw))
    return 'It must use https.'
  if (!isSecretName(name)) return undefined
  if (raw.toUpperCase().includes(name) || placeholderWords.test(raw)) return 'It is a placeholder: generate a secret.'
  if (name.includes('SSO_SECRET') && !isGenerated(raw))
    return 'It must be generated: 32 random bytes in hex or base64, as `openssl rand -base64 32` prints them.'
  return undefined
}

export const isSecretName = (name: string): name is SecretSettingName => /_(?:SECRET|KEY)(?:_|$)/.test(name)

/** The value itself, the endpoints of a connection string (`Name=url;Name=url`), or the strings of a JSON value. */
const urlsIn = (raw: string): readonly URL[] =>
  [
    raw,
    ...raw.split(';').map((part) => part.slice(part.indexOf('=') + 1)),
    ...(raw.startsWith('{') ? [...raw.matchAll(/"([^"\\]*)"/g)].map(([, text = '']) => text) : []),
  ].flatMap((text) => {
    const url = text.replace(/^sb:/i, 'https:')
    return URL.canParse(url) ? [new URL(url)] : []
  })

const classOf = (character: string): string =>
  /\d/.test(character) ? 'digit' : /[a-z]/.test(character) ? 'lower' : /[A-Z]/.test(character) ? 'upper' : 'sign'

/** Chance changes between kinds of characters at two of three places; words do it where they end. */
const changesMin = 0.36

/** Whether only a generator writes such a text: 256 bits in hex or base64. */
const isGenerated = (secret: string): boolean => {
  if (isGuessable(secret)) return false
  if (/^[0-9a-f]{64,}$/i.test(secret)) return true
  if (!/^[A-Za-z0-9+/_-]{43,}={0,2}$/.test(secret)) return false
  const kinds = secret.split('').map(classOf)
  const changes = kinds.filter((kind, at) => at > 0 && kind !== kinds[at - 1]).length
  return changes / (kinds.length - 1) >= changesMin
}
