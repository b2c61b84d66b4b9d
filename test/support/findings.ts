// Findings for tests: each a new one unless the test says what it shares with another.
import { randomUUID } from 'node:crypto'
import type { Finding, FindingType } from '../../functions/code/tickets/finding.ts'

type Of<Type extends FindingType> = Extract<Finding, { type: Type }>

const shared = (name: string) => ({
  findingId: `finding-${name}`,
  severity: 'high' as const,
  title: `Something is wrong ${name}`,
  description: `What is wrong with ${name}, in words.`,
  remediation: [`Mend ${name}.`, 'Run the tests.'],
  repository: newRepository(name),
  url: `https://code.example/findings/${name}`,
  detectedAt: '2026-03-01T08:00:00Z',
})

export const newRepository = (name: string = randomUUID()): Finding['repository'] => ({
  id: `repo-${name}`,
  name: `northwind/${name.slice(0, 8)}`,
  url: `https://git.example/northwind/${name}`,
  organizationId: `org-${name}`,
})

export const vulnerability = (given: Partial<Of<'vulnerability'>> = {}): Of<'vulnerability'> => ({
  type: 'vulnerability',
  ...shared(randomUUID()),
  cveId: `CVE-2026-${10_000 + Math.floor(Math.random() * 1e9)}`,
  packageName: 'lodash',
  filePath: 'services/billing/package-lock.json',
  ...given,
})

export const accessIssue = (given: Partial<Of<'access_issue'>> = {}): Of<'access_issue'> => ({
  type: 'access_issue',
  ...shared(randomUUID()),
  issue: 'orphaned_access',
  subject: 'a.former.colleague',
  filePath: '.github/CODEOWNERS',
  ...given,
})

export const secretDetected = (given: Partial<Of<'secret_detected'>> = {}): Of<'secret_detected'> => ({
  type: 'secret_detected',
  ...shared(randomUUID()),
  secretType: 'aws_access_key',
  secretId: `secret-${randomUUID()}`,
  filePath: 'deploy/production.env',
  line: 12,
  ...given,
})

export const sunsetDecision = (given: Partial<Of<'sunset_decision'>> = {}): Of<'sunset_decision'> => ({
  type: 'sunset_decision',
  ...shared(randomUUID()),
  sunsetOn: '2026-12-31',
  filePath: 'apps/legacy-portal',
  ...given,
})

/** One of every type. */
export const findingOfType: Readonly<Record<FindingType, () => Finding>> = {
  vulnerability,
  access_issue: accessIssue,
  secret_detected: secretDetected,
  sunset_decision: sunsetDecision,
}

/** The same finding as a later scan reports it: under another id and in other words. */
export const seenAgain = <Kind extends Finding>(finding: Kind, detectedAt: string): Kind => ({
  ...finding,
  findingId: `finding-${randomUUID()}`,
  detectedAt,
})
