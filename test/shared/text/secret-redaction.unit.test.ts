import { lintSource } from '@secretlint/core'
import { creator } from '@secretlint/secretlint-rule-preset-recommend'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { looksLikeSecret, redactSecrets } from '../../../shared/text/secret-redaction.ts'
import { secretShapes } from '../../../shared/text/secret-shapes.ts'
import { cpuMsOf, growthOf, leastMsOf, plainMsOf } from '../../support/processor-time.ts'
import { bareKeys, secretSamples } from '../../support/secret-samples.ts'

const named = Object.entries(secretSamples())
const samples = [...named, ...Object.entries(bareKeys())]

describe('a secret in a text', () => {
  it('has at least 110 kinds here, and one of each shape that is known', () => {
    expect(samples.length).toBeGreaterThanOrEqual(110)
    const isSampled = (shape: string): boolean =>
      samples.some(([, { text }]) => new RegExp(`(?<![A-Za-z0-9])(?:${shape})`).test(text))
    expect(secretShapes.filter((shape) => !isSampled(shape))).toEqual([])
  })

  it.each(samples)('is taken out: %s', (_, { text, value }) => {
    const cleaned = redactSecrets(`Before. ${text}\n\nAfter.`)
    expect(cleaned).not.toContain(value)
    expect(cleaned).toContain('[redacted]')
    expect(cleaned).toMatch(/^Before\. /)
  })

  it.each(named)('is taken out where an id or a name stands: %s', (_, { text, value }) => {
    expect(looksLikeSecret(text)).toBe(true)
    expect(redactSecrets(text, 'name')).not.toContain(value)
  })

  it.each(samples.filter(([name]) => !/without its end|cookie header/.test(name)))(
    'leaves the words around it: %s',
    (_, { text }) => {
      expect(redactSecrets(`Before. ${text}\n\nAfter.`)).toMatch(/\n\nAfter\.$/)
    },
  )

  it.each(samples)('stays as it is when it comes by a second time: %s', (_, { text }) => {
    const once = redactSecrets(text, 'strict')
    expect(redactSecrets(once, 'strict')).toBe(once)
  })

  it.each([
    ['with a mark behind it', 'password="Sup3rS3cret! [redacted]"', 'Sup3rS3cret'],
    ['with a mark before it', 'Cookie: theme=[redacted]; sid=Zx81kPq0aB7; lang=de', 'Zx81kPq0aB7'],
    ['in an address', 'https://admin:[redacted]Geheim77x@host.example/x', 'Geheim77x'],
    [
      'that is a key without its end',
      '-----BEGIN EC PRIVATE KEY-----\nMHcCAQEEIIGmX8r5\nLater: the password is [redacted] now.',
      'MHcCAQEEIIGmX8r5',
    ],
  ])('goes whole when only a part of it was redacted: %s', (_, text, value) => {
    const once = redactSecrets(text)
    expect(once).not.toContain(value)
    expect(once).not.toMatch(/\[\[|\]\]/)
    expect(redactSecrets(once)).toBe(once)
  })

  it('that was redacted stays so, and the words beside it', () => {
    const text = 'Cookie: [redacted]; [redacted]\nThe password is [redacted], he says. token: "[redacted]", user: "mia"'
    expect(redactSecrets(text)).toBe(text)
  })

  it.each(samples)(
    'is taken out of JSON within JSON, out of an address, and with its letters apart: %s',
    (_, { text, value }) => {
      for (const packed of [JSON.stringify(text), JSON.stringify(JSON.stringify(text)), encodeURIComponent(text)])
        expect(unpacked(redactSecrets(packed))).not.toContain(value)
      const apart = redactSecrets(text.replace(value, Array.from(value).join('\u200b')))
      expect(apart.replaceAll('\u200b', '')).not.toContain(value)
    },
  )

  it('is everything that the rules of secretlint know', async () => {
    const config = { rules: [{ id: '@secretlint/secretlint-rule-preset-recommend', rule: creator }] }
    const known: string[] = []
    for (const [name, { text }] of samples) {
      const lint = async (content: string): Promise<number> => {
        const source = { filePath: 'text.txt', content, contentType: 'text' } as const
        return (await lintSource({ source, options: { config, noPhysicFilePath: true } })).messages.length
      }
      if ((await lint(text)) === 0) continue
      known.push(name)
      expect([name, await lint(redactSecrets(text))]).toEqual([name, 0])
    }
    expect(known.length).toBeGreaterThan(5)
  })

  it('is taken out as often as it is there', () => {
    const all = samples.filter(([name]) => !name.startsWith('PEM')).map(([, { text }]) => text)
    const cleaned = redactSecrets([...all, ...all].join('\n'))
    for (const [name, { value }] of samples) expect([name, cleaned.includes(value)]).toEqual([name, false])
  })
})

const unpacked = (text: string): string => {
  try {
    return decodeURIComponent(text).replaceAll('\\', '')
  } catch {
    return text.replaceAll('\\', '')
  }
}

/** Of security advisories and tickets as they are written. */
const harmless: readonly string[] = [
  'Bearer tokens stay valid after sign-out',
  'sk-ecdsa-sha2-nistp256 and sk-ssh-ed25519@openssh.com host keys are accepted',
  'StaticSecret::diffie_hellman is not constant time',
  'sk-learn-contrib-imbalanced-estimators is a typosquat',
  'pypi-simple-index-server allows path traversal',
  'CVE-2026-12345 and GHSA-jf85-cpcp-j695 affect lodash before 4.17.21.',
  'Introduced in commit 9fceb02d0ae598e95dc970b74767f19372d61af8, fixed in 1a2b3c4.',
  'See https://github.com/northwind/billing/commit/9fceb02d0ae598e95dc970b74767f19372d61af8',
  'The image is sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855.',
  'Tenant 3f2504e0-4f89-41d3-9a0c-0305e82c3301 has no MFA policy.',
  'services/billing/src/auth/password-reset.ts, lines 10 to 20',
  'C:\\inetpub\\wwwroot\\web.config and /etc/nginx/conf.d/default.conf',
  'See https://nvd.nist.gov/vuln/detail/CVE-2026-12345?tab=history#changes for more.',
  'Rotate the secret, then delete the token and change the password of the service account.',
  'The password policy allows six characters. A token expires after 90 days.',
  'Run `npm update lodash@4.17.21 --save-exact` and `docker build -t billing:2.1 .`',
  'sha512-v2kDEe57lecTulaDIuNTPy3Ry4gLGJ6Z1O3vE1krgXZNrsQ+LFTGHVxVjcXPs17LhbZVGedAJv8XZ1tvj5FvSg==',
  'Ask security@northwind.example; the pull request is northwind/billing#4711.',
  'Port 5432 of db.internal:5432 is open to 0.0.0.0/0 on arn:aws:iam::123456789012:role/deploy.',
  'Grüße, 数据库连接, и ещё 😀 – emoji and “quotes” stay.',
  'Password is required, and the token is base64-encoded with an HS256 signature.',
  'The secret is 256-bit, the password is SHA-256 hashed, the key is RSA-2048.',
  'password: must have at least 8 characters',
  'Token: expired after 90 days. Secret: rotated. Credentials: none.',
  'secret_type: aws_access_key, token_type: bearer, password_policy: strong',
  'const token = jwt.sign(payload, options); if (password == null) return',
  'password = getPassword(user) and api_key = process.env.API_KEY and secret=${SECRET}',
  'Set DB_PASSWORD=<your password> and --password to a new value.',
  'Authorization: Bearer <token> is sent, and the Authorization header is logged.',
  'docker run -p 8080:80 -u 1000:1000 northwind/billing',
  'git clone ssh://git@github.com/northwind/billing and https://github.com/northwind/billing.git',
  'https://www.npmjs.com/package/@northwind/billing/v/1.2.3 and https://medium.com/@northwind/post',
  'org.springframework.security.oauth2.client.OAuth2AuthorizedClientProvider leaks state',
  'AbstractHttpMessageConverter2Test in spring-web 5.3.x',
  'github.com/hashicorp/terraform-provider-azurerm/internal/services/containers/kubernetes_cluster_resource_test.go',
  'A hard-coded password in the LDAP client lets attackers bind as administrator.',
  'The CSRF token is not validated in /api/v2/users/reset-password?next=/home',
  'The JWT secret can be brute-forced, since its length is 8.',
  'Basic authentication is enabled; Basic realm="Northwind" is announced.',
  'Cookie settings: SameSite is missing. The session cookie has no HttpOnly flag.',
  'Secret scanning found an AWS access key in deploy/prod.env, line 12.',
  'User <admin@northwind.example> has the role owner; keys are in Key Vault.',
  'X.509 certificate with CN=*.northwind.example is expired since 2026-01-31T10:00:00Z.',
  'Upgrade to v1.24.0-rc.1+build.5 or 2026.11.28; affected are >= 1.0.0, < 1.2.4.',
  'Das Passwort ist zu kurz. Token: fehlt. Geheimnis wurde ersetzt.',
  'The access token is passed in the URL (CWE-598), CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H',
]

describe('ordinary technical text', () => {
  it('has at least 40 sentences here', () => {
    expect(harmless.length).toBeGreaterThanOrEqual(40)
  })

  it.each(harmless)('stays as it is: %s', (text) => {
    expect(redactSecrets(text)).toBe(text)
    expect(redactSecrets(text, 'name')).toBe(text)
  })

  it('stays as it is when it is any words', () => {
    const word = fc.constantFrom(
      'the',
      'package',
      'lodash',
      'in',
      '4.17.21',
      'src/index.ts',
      'secret',
      'token',
      'key',
      '-',
    )
    fc.assert(
      fc.property(fc.array(word, { minLength: 1, maxLength: 30 }), (words) => {
        const text = words.join(' ')
        expect(redactSecrets(text)).toBe(text)
      }),
      { numRuns: 200 },
    )
  })
})

describe('words about a secret that was found', () => {
  it('lose what might be the key, and in other texts it is a hash', () => {
    const text = 'Found 8f14e45fceea167a5a36dedd4bea2543c0ffee11 in it.'
    expect(redactSecrets(text)).toBe(text)
    expect(redactSecrets(text, 'strict')).toBe('Found [redacted] in it.')
    expect(redactSecrets('The API key 8f14e45fceea167a5a36dedd4bea2543 works.')).not.toContain('8f14')
  })

  it('keep what a commit is named by', () => {
    const text = 'Added in commit 9fceb02d0ae598e95dc970b74767f19372d61af8.'
    expect(redactSecrets(text, 'strict')).toBe(text)
  })
})

describe('an id', () => {
  it.each([
    'secret-0001',
    '3f2504e0-4f89-41d3-9a0c-0305e82c3301',
    '01HZX9F8K3Q4R5S6T7V8W9XYZA',
    'V1StGXR8_Z5jdHi6B-myT',
    'MDEwOlJlcG9zaXRvcnkxMjk2MjY5',
    'a',
    '42',
  ])('is taken for an id: %s', (id) => {
    expect(looksLikeSecret(id)).toBe(false)
  })
})

describe('the time that it takes', () => {
  const bits = [
    '-eyJ----e',
    'password',
    'token=',
    'a://',
    '%25',
    'é',
    'Basic ',
    ' -p',
    'N',
    ' -u a',
    '<password>',
    '"password":"',
    'sk.eyJa',
    'A1b2',
    '\\u0041',
    '-----BEGIN PRIVATE KEY-----',
    'AAAA ',
    'cookie: ',
    'authorization: a ',
    'mysql -p',
    '&#x41;',
    'EAAA-',
    '\u200b',
    'x.',
    '@',
    '://a',
    'pw=a1b2 [redacted] ',
  ]

  it.each(bits)('grows with the length of the text alone: %j', (bit) => {
    const { ms, msMax } = growthOf((text) => redactSecrets(text, 'strict'), bit)
    expect(ms).toBeLessThan(msMax)
  })

  it('is that of some looks at each word, for descriptions of 10,000 characters', () => {
    const prose = harmless.join('\n').repeat(10).slice(0, 10_000)
    const each = (work: (text: string) => unknown) => (): void => {
      for (let index = 0; index < 50; index += 1) work(`${index} ${prose}`)
    }
    const [redacted, words] = [each(redactSecrets), each((text) => text.replaceAll(/\S+/g, (word) => word))]
    for (const work of [redacted, words, redacted, words]) work()
    const msMax = plainMsOf(words) * 25
    expect(leastMsOf(() => cpuMsOf(redacted), msMax)).toBeLessThan(msMax)
  })
})
