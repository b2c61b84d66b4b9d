import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { withoutSecrets } from '../../../../functions/code/tickets/secretless-finding.ts'
import { looksLikeSecret } from '../../../../shared/text/secret-redaction.ts'
import { accessIssue, secretDetected, vulnerability } from '../../../support/findings.ts'
import { secretSamples } from '../../../support/secret-samples.ts'

const samples = Object.entries(secretSamples())

const redacted = async (text: string): Promise<string> =>
  (await withoutSecrets(vulnerability({ description: text }))).description

describe('a secret in the text of a finding', () => {
  it.each(samples)('is taken out: %s', async (_, { text, value }) => {
    const cleaned = await redacted(`Before. ${text}\n\nAfter.`)
    expect(cleaned).not.toContain(value)
    expect(cleaned).toContain('[redacted]')
    expect(cleaned).toMatch(/^Before\. /)
  })

  it.each(samples.filter(([name]) => !name.includes('without its end')))(
    'leaves the words around it: %s',
    async (_, { text }) => {
      expect(await redacted(`Before. ${text}\n\nAfter.`)).toMatch(/\n\nAfter\.$/)
    },
  )

  it('is taken out of every free text: title, description, remediation, path, account, package and repository', async () => {
    const token = secretSamples()['GitHub token']?.value ?? ''
    const repository = { ...vulnerability().repository, name: `northwind/${token}` }
    const texts = {
      title: `Found ${token}`,
      description: token,
      remediation: ['Rotate.', `Remove ${token}.`],
      repository,
    }
    const findings = [
      vulnerability({ ...texts, filePath: `a/${token}/b`, packageName: token, advisoryId: token }),
      accessIssue({ ...texts, subject: `bot ${token}`, filePath: token }),
      secretDetected({ ...texts, filePath: `deploy/${token}.env` }),
    ]
    for (const finding of findings) expect(JSON.stringify(await withoutSecrets(finding))).not.toContain(token)
  })

  it('leaves ids, links and the rest of the finding as they are', async () => {
    const finding = secretDetected({ title: `Found ${secretSamples()['Stripe live key']?.value}` })
    expect(await withoutSecrets(finding)).toEqual({ ...finding, title: 'Found [redacted]' })
  })

  it('is taken out as often as it is there', async () => {
    const all = samples.filter(([name]) => !name.startsWith('PEM')).map(([, { text }]) => text)
    const cleaned = await redacted([...all, ...all].join('\n'))
    for (const [name, { value }] of samples) expect([name, cleaned.includes(value)]).toEqual([name, false])
  })
})

describe('ordinary technical text', () => {
  it.each([
    'CVE-2026-12345 and GHSA-jf85-cpcp-j695 affect lodash before 4.17.21.',
    'Introduced in commit 9fceb02d0ae598e95dc970b74767f19372d61af8, fixed in 1a2b3c4.',
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
  ])('stays as it is: %s', async (text) => {
    expect(await redacted(text)).toBe(text)
  })

  it('stays as it is when it is any words', async () => {
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
    await fc.assert(
      fc.asyncProperty(fc.array(word, { minLength: 1, maxLength: 30 }), async (words) => {
        const text = words.join(' ')
        expect(await redacted(text)).toBe(text)
      }),
      { numRuns: 50 },
    )
  })
})

describe("The One Code's id of a secret", () => {
  it.each(['secret-0001', '3f2504e0-4f89-41d3-9a0c-0305e82c3301', '01HZX9F8K3Q4R5S6T7V8W9XYZA', 'a', '42'])(
    'is taken for an id: %s',
    async (id) => {
      expect(await looksLikeSecret(id)).toBe(false)
    },
  )

  it.each([
    'AWS access key id',
    'GitHub token',
    'GitLab token',
    'Slack bot token',
    'Stripe live key',
    'Google API key',
  ])('is taken for a secret when it is one: %s', async (name) => {
    expect(await looksLikeSecret(secretSamples()[name]?.value ?? '')).toBe(true)
  })
})
