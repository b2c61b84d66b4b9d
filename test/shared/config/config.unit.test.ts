import * as fc from 'fast-check'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { randomBytes } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { isSecretName } from '../../../shared/config/cloud-rules.ts'
import { loadConfig } from '../../../shared/config/config.ts'
import { peers } from '../../../shared/peers/peers.ts'
import { type SettingName, settings } from '../../../shared/config/settings.ts'
import { AppError } from '../../../shared/errors.ts'
import { runWithLogSink } from '../../../shared/telemetry/log.ts'

const names = Object.keys(settings.shape) as SettingName[]
const secret = (): string => randomBytes(32).toString('base64url')

/** What an operator would set on Azure. */
const good: Readonly<Partial<Record<SettingName, string>>> = {
  DATA_STORAGE: 'https://onestack.table.core.windows.net',
  KEY_VAULT: 'https://onestack.vault.azure.net',
  HUB_URL: 'https://hub.example.com',
  CODE_PUBLIC_URL: 'https://code.example.com',
  AI_PUBLIC_URL: 'https://ai.example.com',
  AI_GATEWAY_URL: 'https://ai.example.com/api',
  PORTAL_SSO_SECRET: secret(),
  AI_SSO_SECRET: secret(),
  AUDIT_SIGNING_KEY: secret(),
  OPERATOR_ISSUER: 'https://login.microsoftonline.com/5f1d0c9a-6a7e-4c52-9b0e-3d2f8a71c604/v2.0',
  OPERATOR_AUDIENCE: '7c9e6679-7425-40de-944b-e07fc1f90ae7',
  OPERATOR_JWKS_URL: 'https://login.microsoftonline.com/5f1d0c9a-6a7e-4c52-9b0e-3d2f8a71c604/discovery/v2.0/keys',
  ...Object.fromEntries(
    Object.values(peers).flatMap(({ url, key }) => [
      [url, 'https://peer.example.com/api/v1'],
      [key, secret()],
    ]),
  ),
  SERVICE_BUS: 'onestack.servicebus.windows.net',
}
/** Optional, and without a default. */
const mayLack = names.filter(
  (name) => !Object.hasOwn(good, name) && settings.shape[name].safeParse(undefined).data === undefined,
)
const onAzure = { WEBSITE_INSTANCE_ID: '0123' }
const sample = (
  JSON.parse(readFileSync(join(import.meta.dirname, '../../../local.settings.sample.json'), 'utf8')) as {
    Values: Record<string, string>
  }
).Values

const faultOf = (
  name: SettingName,
  value: string | undefined,
  environment: Record<string, string> = {},
): string | undefined =>
  loadConfig({ ...good, ...environment, [name]: value }).problems.find((problem) => problem.name === name)?.fault

const thrownBy = (work: () => unknown): AppError => {
  try {
    work()
  } catch (error) {
    if (error instanceof AppError) return error
    throw error
  }
  throw new Error('Nothing was thrown.')
}

describe('settings', () => {
  it('are read when they are good, here and on Azure', () => {
    for (const environment of [good, { ...good, ...onAzure }]) {
      const config = loadConfig(environment)
      expect(config.problems).toEqual([])
      expect(config.require(...names)).toEqual({
        ...Object.fromEntries(
          Object.entries(good).map(([name, value]) => [name, isSecretName(name) ? { value } : value]),
        ),
        ...Object.fromEntries(mayLack.map((name) => [name, undefined])),
        AUDIT_PUBLIC_KEYS: [],
        MESSAGE_RETRY_SECONDS: 15,
        SESSION_IDLE_MINUTES: 120,
        TRUSTED_PROXY_COUNT: 0,
      })
    }
  })

  it('take the namespace of Service Bus under the name that the host connects by, too', () => {
    const { SERVICE_BUS, ...others } = good
    const config = loadConfig({ ...others, SERVICE_BUS__fullyQualifiedNamespace: SERVICE_BUS, ...onAzure })
    expect(config.require('SERVICE_BUS')).toEqual({ SERVICE_BUS })
  })

  it('may lack without an error until somebody needs them', () => {
    const config = loadConfig({})
    expect(new Set(config.problems.map(({ name, fault }) => `${name} ${fault}`))).toEqual(
      new Set(Object.keys(good).map((name) => `${name} missing`)),
    )
    expect(config.require('TRUSTED_PROXY_COUNT', 'AI_COOKIE_DOMAIN')).toEqual({
      TRUSTED_PROXY_COUNT: 0,
      AI_COOKIE_DOMAIN: undefined,
    })
    const error = thrownBy(() => config.require('HUB_URL', 'TRUSTED_PROXY_COUNT', 'PSA_API_URL'))
    expect(error).toMatchObject({
      code: 'not-configured',
      message: 'This needs HUB_URL, PSA_API_URL: HUB_URL is missing, PSA_API_URL is missing.',
      details: { settings: ['HUB_URL', 'PSA_API_URL'] },
    })
  })

  it.each(Object.keys(good) as SettingName[])('count as missing when empty: %s', (name) => {
    expect(faultOf(name, '')).toBe('missing')
    const advice = loadConfig({ ...good, [name]: '' }).problems.map((problem) => problem.advice)
    expect(advice).toEqual([`Set it. ${settings.shape[name].description}`])
  })

  it.each(names)('are told when a reference was not resolved: %s', (name) => {
    for (const raw of [
      '@Microsoft.KeyVault(SecretUri=https://v.vault.azure.net/secrets/x/)',
      '@microsoft.keyvault(VaultName=v;SecretName=x)',
      `%${name}%`,
    ])
      expect([raw, faultOf(name, raw)]).toEqual([raw, 'unresolved'])
  })
})

describe('a shared secret', () => {
  const secrets = [
    'PORTAL_SSO_SECRET',
    'PORTAL_SSO_SECRET_PREVIOUS',
    'AI_SSO_SECRET',
    'AI_SSO_SECRET_PREVIOUS',
  ] as const

  it.each([
    'secret',
    'changeme',
    'password123',
    'your-256-bit-secret',
    'x'.repeat(31),
    'x'.repeat(64),
    ' '.repeat(40),
    '0'.repeat(32),
    'ab'.repeat(20),
    'passwordpasswordpasswordpassword',
    'correcthorsecorrecthorsecorrecthorse',
    'changeme-changeme-changeme-changeme',
    'your-256-bit-secret-your-256-bit-secret',
    'your-256-bit-secretyour-256-bit-secret',
    'a-string-secret-at-least-256-bits-long',
    'A-String-Secret-At-Least-256-Bits-Long',
    'a-valid-string-secret-that-is-at-least-512-bits-long-which-is-very-long',
    'AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow',
    '01234567890123456789012345678901',
    '0123456789abcdef0123456789abcdef',
    'abcdefghijklmnopqrstuvwxyz012345',
    'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ',
    'zyxwvutsrqponmlkjihgfedcba987654',
    'qwertyuiopasdfghjklzxcvbnm1234567890',
    'deadbeefdeadbeefdeadbeefdeadbeef',
  ])('is too weak as %j', (weak) => {
    for (const name of secrets) expect(faultOf(name, weak)).toBe('weak')
  })

  it('is good when it is random, in every usual form', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 32, maxLength: 32 }),
        fc.constantFrom('hex' as const, 'base64' as const, 'base64url' as const),
        (seed, form) => {
          // Mixed with real chance: fast-check tries zeros and repetitions first.
          const chance = randomBytes(seed.length)
          const text = Buffer.from(seed.map((byte, index) => byte ^ (chance[index] ?? 0))).toString(form)
          for (const name of secrets) expect(faultOf(name, text)).toBeUndefined()
        },
      ),
      { numRuns: 200 },
    )
  })

  it('may be counted in bytes, not in characters', () => {
    expect(faultOf('PORTAL_SSO_SECRET', 'äöüßéèêëñçøåæœžš'.slice(0, 15))).toBe('weak')
  })

  it('of a peer is too weak below sixteen characters', () => {
    expect(faultOf('PSA_SERVICE_KEY', 'x'.repeat(15))).toBe('weak')
    for (const weak of ['x'.repeat(16), '1234567890123456']) expect(faultOf('PSA_SERVICE_KEY', weak)).toBe('weak')
    expect(faultOf('PSA_SERVICE_KEY', secret().slice(0, 16))).toBeUndefined()
  })
})

describe('an address', () => {
  const addresses = ['HUB_URL', 'CODE_PUBLIC_URL', 'AI_PUBLIC_URL', 'PSA_API_URL'] as const

  it.each([
    'http://hub.example.com',
    'http://10.0.0.1',
    'http://0.0.0.0:7071',
    'http://127.0.0.1.evil.example',
    'http://localhost.evil.example',
    'http://[::ffff:10.0.0.1]',
    'ftp://hub.example.com',
    'javascript:alert(1)',
    'file:///etc/passwd',
    'hub.example.com',
    '//hub.example.com',
    'https://',
    'https://user:pass@hub.example.com',
    'https://user@hub.example.com',
    'https://hub.example.com?x=1',
    'https://hub.example.com#x',
    'https://hub example.com',
    'not a url',
  ])('may not be %s', (url) => {
    for (const name of addresses) expect([name, faultOf(name, url)]).toEqual([name, 'invalid'])
  })

  it('may have a path only where no origin is wanted', () => {
    expect(faultOf('PSA_API_URL', 'https://psa.example.com/api/')).toBeUndefined()
    for (const name of ['HUB_URL', 'CODE_PUBLIC_URL', 'AI_PUBLIC_URL'] as const) {
      expect(faultOf(name, 'https://hub.example.com/x')).toBe('invalid')
      expect(loadConfig({ ...good, [name]: 'https://hub.example.com/' }).require(name)).toEqual({
        [name]: 'https://hub.example.com',
      })
    }
  })

  it('of this machine may do without encryption here, and is refused on Azure even with it', () => {
    for (const host of ['127.0.0.1:7071', '[::1]:7071', 'localhost', 'hub.localhost:7071'])
      for (const name of addresses) {
        expect(faultOf(name, `http://${host}`)).toBeUndefined()
        expect(faultOf(name, `http://${host}`, onAzure)).toBe('weak')
        expect(faultOf(name, `https://${host}`, { WEBSITE_SITE_NAME: 'app' })).toBe('weak')
      }
  })
})

describe('the storage', () => {
  it('is a connection string or the https address of the table service', () => {
    for (const value of [
      'https://x.table.core.windows.net',
      'https://x.table.core.windows.net/',
      'DefaultEndpointsProtocol=https;AccountName=x;AccountKey=eA==;EndpointSuffix=core.windows.net',
    ])
      expect([value, faultOf('DATA_STORAGE', value, onAzure)]).toEqual([value, undefined])
    for (const value of [
      'http://x.table.core.windows.net',
      'https://x.example/?sig=x',
      'x',
      'UseDevelopmentStorage=true',
    ])
      expect([value, faultOf('DATA_STORAGE', value)]).toEqual([value, 'invalid'])
  })
})

describe('on Azure', () => {
  const random = secret()
  it.each<[SettingName, string]>([
    ['PORTAL_SSO_SECRET', 'CHANGE-ME-please-generate-a-real-secret-0123'],
    ['PORTAL_SSO_SECRET', 'PORTAL_SSO_SECRET_PORTAL_SSO_SECRET_0123456'],
    ['PORTAL_SSO_SECRET', 'correct horse battery staple and nine more words'],
    ['PORTAL_SSO_SECRET', ` ${random}`],
    ['PORTAL_SSO_SECRET', `${random}\n`],
    ['PSA_SERVICE_KEY', 'PSA_SERVICE_KEY-2026'],
    ['PSA_SERVICE_KEY', 'changeme-changeme1'],
    ['DATA_STORAGE', sample['DATA_STORAGE']?.replace('127.0.0.1:10002', 'x.example') ?? ''],
    ['DATA_STORAGE', 'DefaultEndpointsProtocol=http;AccountName=x;AccountKey=eA==;EndpointSuffix=core.windows.net'],
    ['SERVICE_BUS', 'Endpoint=sb://x.example;SharedAccessKeyName=a;SharedAccessKey=b;UseDevelopmentEmulator=true;'],
    ['PSA_API_URL', 'https://169.254.169.254'],
    ['PSA_API_URL', 'https://168.63.129.16'],
    ['PSA_API_URL', 'https://localhost.'],
    ['PSA_API_URL', 'https://[::ffff:7f00:1]'],
    ['PSA_API_URL', 'https://[::ffff:169.254.169.254]'],
    ['PSA_API_URL', 'https://2130706433'],
    ['PSA_API_URL', 'https://0x7f.1'],
    ['PSA_API_URL', 'https://127.9.9.9'],
    ['PSA_API_URL', 'https://0.0.0.0'],
    ['PSA_API_URL', 'https://[::]'],
    ['PSA_API_URL', 'https://[fe80::1]'],
  ])('%s may not be %j', (name, value) => {
    expect(faultOf(name, value, onAzure)).toBe('weak')
  })

  it.each([
    '<insert the secret>',
    '${PSA_KEY_OF_PRODUCTION}',
    '#{PsaServiceKey}#',
    '{{ psa_service_key }}',
    '$(PsaServiceKey)',
  ])('nobody has replaced %s', (value) => {
    expect(faultOf('PSA_SERVICE_KEY', value, onAzure)).toBe('unresolved')
  })

  it('secrets are pairwise different', () => {
    const { problems } = loadConfig({ ...good, ...onAzure, AI_SSO_SECRET: good.PORTAL_SSO_SECRET })
    expect(problems.map(({ name, fault }) => [name, fault])).toEqual([
      ['PORTAL_SSO_SECRET', 'weak'],
      ['AI_SSO_SECRET', 'weak'],
    ])
  })

  it.each([{ WEBSITE_INSTANCE_ID: '' }, { WEBSITE_INSTANCE_ID: '', WEBSITE_SITE_NAME: 'app' }])(
    'is also where the name of the instance is empty: %j',
    (environment) => {
      expect(loadConfig({ ...good, ...environment }).onAzure).toBe(true)
    },
  )

  it('an account name alone opens no storage', () => {
    expect(faultOf('DATA_STORAGE', 'AccountName=x')).toBe('invalid')
  })
})

describe('a secret that is in the key vault', () => {
  const named = { ...good, PSA_SERVICE_KEY: 'kv:psa-key', AI_SSO_SECRET_PREVIOUS: 'KV:Ai-Sso-2' }

  it('is read as its name, never as the secret itself, here and on Azure', () => {
    for (const environment of [named, { ...named, ...onAzure }]) {
      const config = loadConfig(environment)
      expect(config.problems).toEqual([])
      expect(config.require('PSA_SERVICE_KEY', 'AI_SSO_SECRET_PREVIOUS')).toEqual({
        PSA_SERVICE_KEY: { secretName: 'psa-key' },
        AI_SSO_SECRET_PREVIOUS: { secretName: 'Ai-Sso-2' },
      })
    }
  })

  it.each(['kv:', 'kv:a/b', 'kv: a', 'kv:a_b', `kv:${'a'.repeat(128)}`])('has no name like %j', (value) => {
    expect(faultOf('PSA_SERVICE_KEY', value)).toBe('invalid')
  })

  it('needs a key vault', () => {
    const { problems } = loadConfig({ ...named, KEY_VAULT: undefined })
    expect(problems.map(({ name, fault }) => [name, fault])).toEqual([
      ['KEY_VAULT', 'missing'],
      ['AI_SSO_SECRET_PREVIOUS', 'unresolved'],
      ['PSA_SERVICE_KEY', 'unresolved'],
    ])
    expect(thrownBy(() => loadConfig({ ...named, KEY_VAULT: undefined }).require('PSA_SERVICE_KEY')).message).toBe(
      'This needs PSA_SERVICE_KEY: PSA_SERVICE_KEY is unresolved.',
    )
  })

  it('is a secret: no other setting can be there', () => {
    for (const name of ['DATA_STORAGE', 'PSA_API_URL', 'KEY_VAULT'] as const)
      expect(faultOf(name, 'kv:name')).toBe('unresolved')
  })

  it('is not the same one as another, on Azure', () => {
    expect(faultOf('PSA_SERVICE_KEY', 'kv:one', { CRM_SERVICE_KEY: 'kv:one', ...onAzure })).toBe('weak')
  })

  it('has to be as good as the setting itself', () => {
    const config = loadConfig({ ...named, ...onAzure })
    const good256 = secret()
    expect(config.secretOf('PSA_SERVICE_KEY', good256)).toBe(good256)
    for (const [name, value, fault] of [
      ['PSA_SERVICE_KEY', 'short', 'weak'],
      ['PSA_SERVICE_KEY', 'local-only-psa-service-key', 'weak'],
      ['AI_SSO_SECRET', 'correct horse battery staple and nine more words', 'weak'],
    ] as const) {
      const { code, message } = thrownBy(() => config.secretOf(name, value))
      expect([code, message]).toEqual(['not-configured', `This needs ${name}: ${name} is ${fault} in the key vault.`])
    }
    for (const value of ['kv:other', ''])
      expect(() => config.secretOf('PSA_SERVICE_KEY', value)).toThrow('PSA_SERVICE_KEY is')
  })
})

describe('an optional setting that is bad', () => {
  it.each<[SettingName, string, unknown]>([
    ['PORTAL_SSO_SECRET_PREVIOUS', 'weak', undefined],
    ['AI_SSO_SECRET_PREVIOUS', 'kv:a b', undefined],
    ['AI_COOKIE_DOMAIN', 'not a domain', undefined],
    ['AI_COOKIE_DOMAIN', 'other.example', undefined],
    ['MESSAGE_RETRY_SECONDS', 'soon', 15],
    ['SESSION_IDLE_MINUTES', '4', 120],
    ['TRUSTED_PROXY_COUNT', 'many', 0],
  ])('is told of and counts as not set: %s as %j', (name, value, read) => {
    const config = loadConfig({ ...good, [name]: value })
    expect(config.problems).toMatchObject([{ name, ignored: true }])
    expect(config.require(name)).toEqual({ [name]: read })
  })

  it('is good as a cookie domain that holds the host', () => {
    for (const domain of ['example.com', 'ai.example.com'])
      expect(loadConfig({ ...good, AI_COOKIE_DOMAIN: domain }).require('AI_COOKIE_DOMAIN')).toEqual({
        AI_COOKIE_DOMAIN: domain,
      })
  })
})

describe('a cookie domain', () => {
  const configOf = (domain: string, url: string) =>
    loadConfig({ ...good, AI_PUBLIC_URL: url, AI_COOKIE_DOMAIN: domain })

  it.each([
    ['co.uk', 'https://ai.onestack.co.uk'],
    ['azurewebsites.net', 'https://onestack.azurewebsites.net'],
    ['github.io', 'https://onestack.github.io'],
    ['blob.core.windows.net', 'https://onestack.blob.core.windows.net'],
  ])('below which anybody can have a host is told of and counts as not set: %s', async (domain, url) => {
    const lines: string[] = []
    const config = configOf(domain, url)
    await runWithLogSink(
      (level, line) => lines.push(`${level} ${line}`),
      async () => {
        await Promise.all([config.complete(), config.complete()])
        await config.complete()
      },
    )
    const advice = 'The value must be a domain of your own: below this one anybody can have a host.'
    expect(config.problems).toEqual([{ name: 'AI_COOKIE_DOMAIN', fault: 'invalid', advice, ignored: true }])
    expect(config.require('AI_COOKIE_DOMAIN', 'AI_PUBLIC_URL')).toEqual({
      AI_COOKIE_DOMAIN: undefined,
      AI_PUBLIC_URL: url,
    })
    expect(lines).toHaveLength(1)
    expect(lines[0]).toMatch(/^error .*app\.setting\.not_usable.*AI_COOKIE_DOMAIN/)
    expect(lines[0]).not.toContain(`"${domain}"`)
  })

  it.each([
    ['theonestack.ai', 'https://theonestack.ai'],
    ['theonestack.ai', 'https://app.theonestack.ai'],
    ['onestack.co.uk', 'https://ai.onestack.co.uk'],
    ['onestack.azurewebsites.net', 'https://onestack.azurewebsites.net'],
  ])('of one’s own is good: %s', async (domain, url) => {
    const config = configOf(domain, url)
    await config.complete()
    expect(config.problems).toEqual([])
    expect(config.require('AI_COOKIE_DOMAIN')).toEqual({ AI_COOKIE_DOMAIN: domain })
  })

  it('that was refused already is told of once', async () => {
    const config = configOf('github.io', 'https://ai.example.com')
    await config.complete()
    expect(config.problems).toHaveLength(1)
  })
})

describe('the sample settings', () => {
  it('hold every setting of the schema and the two of the host, and no other', () => {
    expect(Object.keys(sample).sort()).toEqual([...names, 'AzureWebJobsStorage', 'FUNCTIONS_WORKER_RUNTIME'].sort())
    expect(loadConfig(sample).problems).toEqual([])
  })

  const forLaptop = (Object.entries(sample) as [SettingName, string][]).filter(
    ([name, value]) =>
      names.includes(name) && (/SECRET|KEY/.test(name) || /127\.0\.0\.1|localhost/.test(value)) && value !== '',
  )
  const inVault = forLaptop.filter(([, value]) => value.startsWith('kv:'))
  const refused = forLaptop.filter(([, value]) => !value.startsWith('kv:'))

  it.each(refused)('are refused on Azure: %s', (name, value) => {
    expect(faultOf(name, value, onAzure)).toBe('weak')
    const config = loadConfig({ ...good, ...onAzure, [name]: value })
    // One that need not be there is left out instead.
    if (name === 'WEB_STAND_IN_URL' || name === 'AI_MODELS') expect(config.require(name)).toEqual({})
    else expect(thrownBy(() => config.require(name)).details).toEqual({ settings: [name] })
  })

  it('are refused on Azure wherever they hold a secret or an address of this machine', () => {
    const registrations = names.filter((name) => name.endsWith('_REGISTRATION_KEY'))
    // The audience of operators' tokens is neither.
    const ofGood = Object.keys(good).filter((name) => name !== 'OPERATOR_AUDIENCE')
    const expected = [...ofGood, 'AI_MODELS', 'WEB_STAND_IN_URL', ...registrations]
    expect(forLaptop.map(([name]) => name).sort()).toEqual(expected.sort())
    // What a secret of the vault is worth shows when it is read; the vault of a laptop is refused.
    expect(inVault.map(([name]) => name).sort()).toEqual(['PSA_SERVICE_KEY', ...registrations].sort())
    expect(loadConfig({ ...sample, ...onAzure }).problems).toContainEqual(
      expect.objectContaining({ name: 'PSA_SERVICE_KEY', fault: 'unresolved' }),
    )
  })
})

describe('what is told of a setting', () => {
  it('never holds its value', () => {
    const value = fc.oneof(
      fc.string({ minLength: 6 }),
      fc.string({ minLength: 6 }).map((text) => `https://${encodeURIComponent(text)}.example/?x`),
      fc.string({ minLength: 6 }).map((text) => `local-only-${text}`),
      fc.string({ minLength: 6 }).map((text) => `kv:${text}`),
      fc.constantFrom(...Object.values(sample).filter((text) => text.length > 5)),
    )
    const toldOf = (name: SettingName, raw: string, azure: boolean): readonly string[] => {
      const config = loadConfig({ ...good, [name]: raw, ...(azure && onAzure) })
      const told = [JSON.stringify(config.problems)]
      if (config.problems.every(({ ignored }) => ignored)) return told
      const error = thrownBy(() => config.require(name))
      expect(error.details).toEqual({ settings: [name] })
      return [...told, error.message, JSON.stringify(error), String(error.cause)]
    }
    // What is told of another value may hold this one by chance.
    const usual = [JSON.stringify(loadConfig({}).problems), names.join()]
      .concat(names.flatMap((name) => [false, true].flatMap((azure) => toldOf(name, '\u0001', azure))))
      .join('\n')
    fc.assert(
      fc.property(fc.constantFrom(...names), value, fc.boolean(), (name, raw, azure) => {
        fc.pre(!usual.includes(raw) && raw.trim().length > 5)
        for (const text of toldOf(name, raw, azure)) {
          expect(text).not.toContain(raw)
          expect(text).not.toContain(JSON.stringify(raw).slice(1, -1))
        }
      }),
      { numRuns: 1_000 },
    )
  })
})
