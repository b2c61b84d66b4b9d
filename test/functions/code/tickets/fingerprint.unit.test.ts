import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Finding, FindingType } from '../../../../functions/code/tickets/finding.ts'
import { fingerprintOf } from '../../../../functions/code/tickets/fingerprint.ts'
import {
  accessIssue,
  findingOfType,
  newRepository,
  secretDetected,
  sunsetDecision,
  vulnerability,
} from '../../../support/findings.ts'

const types = Object.keys(findingOfType) as FindingType[]

/** What a later scan may report otherwise about the very same finding. */
const laterScan = fc.record({
  findingId: fc.string({ minLength: 1, maxLength: 200 }),
  severity: fc.constantFrom('critical' as const, 'high' as const, 'medium' as const, 'low' as const),
  title: fc.string({ minLength: 1, maxLength: 200 }),
  description: fc.string({ minLength: 1, maxLength: 500 }),
  remediation: fc.array(fc.string({ minLength: 1, maxLength: 50 }), { maxLength: 5 }),
  url: fc.webUrl(),
  detectedAt: fc.date({ noInvalidDate: true, min: new Date(0), max: new Date(4e12) }).map((date) => date.toISOString()),
})

/** For each type, every field that makes it another finding, with another value in it. */
const identityFields: readonly (readonly [string, Finding, Finding])[] = (() => {
  const [vulnerable, access, secret, sunset] = [vulnerability(), accessIssue(), secretDetected(), sunsetDecision()]
  const { cveId: _, ...byAdvisory } = vulnerability({ advisoryId: 'GHSA-aaaa-bbbb-cccc' })
  return [
    ['the CVE id', vulnerable, { ...vulnerable, cveId: 'CVE-2020-0001' }],
    ['the advisory when there is no CVE id', byAdvisory, { ...byAdvisory, advisoryId: 'GHSA-aaaa-bbbb-dddd' }],
    ['the package', vulnerable, { ...vulnerable, packageName: 'underscore' }],
    ['the file of a vulnerability', vulnerable, { ...vulnerable, filePath: 'web/package-lock.json' }],
    ['the kind of access issue', access, { ...access, issue: 'missing_2fa' }],
    ['the account', access, { ...access, subject: 'somebody.else' }],
    ['the type of secret', secret, { ...secret, secretType: 'github_token' }],
    ['the secret', secret, { ...secret, secretId: 'another-one' }],
    ['the file of a secret', secret, { ...secret, filePath: 'deploy/staging.env' }],
    ['the repository of a sunset decision', sunset, { ...sunset, repository: newRepository() }],
    ['the repository of a vulnerability', vulnerable, { ...vulnerable, repository: newRepository() }],
  ]
})()

describe('the fingerprint of a finding', () => {
  it.each(types)('is the same for the same %s in another scan, whatever else is said about it', (type) => {
    fc.assert(
      fc.property(laterScan, (changes) => {
        const finding = findingOfType[type]()
        expect(fingerprintOf({ ...finding, ...changes })).toBe(fingerprintOf(finding))
      }),
      { numRuns: 50 },
    )
  })

  it.each(identityFields)('differs by %s', (_, finding, other) => {
    expect(fingerprintOf(other)).not.toBe(fingerprintOf(finding))
  })

  it('stays when a repository is renamed or moves to another organization', () => {
    const finding = vulnerability()
    const { id } = finding.repository
    const moved = { id, name: 'contoso/renamed', organizationId: 'org-other' }
    expect(fingerprintOf({ ...finding, repository: moved })).toBe(fingerprintOf(finding))
  })

  it('stays when the advisory of a vulnerability with a CVE id changes', () => {
    const finding = vulnerability()
    expect(fingerprintOf({ ...finding, advisoryId: 'GHSA-aaaa-bbbb-cccc' })).toBe(fingerprintOf(finding))
  })

  it('stays when a secret moves to another line or a sunset to another day', () => {
    const [secret, sunset] = [secretDetected(), sunsetDecision()]
    expect(fingerprintOf({ ...secret, line: 99 })).toBe(fingerprintOf(secret))
    expect(fingerprintOf({ ...sunset, sunsetOn: '2027-01-01' })).toBe(fingerprintOf(sunset))
  })

  it('is never the same for different identities, also when texts run into each other', () => {
    const part = fc.string({ maxLength: 4, unit: fc.constantFrom('a', 'b', '"', ',', '[', '\\', '\u{1f512}') })
    const identity = fc.tuple(part, part, part)
    fc.assert(
      fc.property(identity, identity, ([a1, b1, c1], [a2, b2, c2]) => {
        const repository = newRepository('one')
        const one = secretDetected({ repository, secretType: a1, secretId: b1, filePath: c1 })
        const two = secretDetected({ repository, secretType: a2, secretId: b2, filePath: c2 })
        expect(fingerprintOf(one) === fingerprintOf(two)).toBe(a1 === a2 && b1 === b2 && c1 === c2)
      }),
    )
  })

  it('is 43 characters that fit a storage key and show nothing of the finding', () => {
    for (const type of types) expect(fingerprintOf(findingOfType[type]())).toMatch(/^[A-Za-z0-9_-]{43}$/)
  })
})
