// What makes two findings the same one: the thing that is wrong and where, not the scan that saw it.
import { sha256 } from '../../../shared/auth/digest.ts'
import { contentOf } from '../../../shared/effects/content.ts'
import type { Finding } from './finding.ts'

/** Stable over scans, and different for everything that has to be mended separately. 43 characters. */
export const fingerprintOf = (finding: Finding): string =>
  digest(finding, ...thingOf(finding, advisoriesOf(finding)[0] ?? null))

/**
 * All by which it is known again, the surest first: one of them in common makes two findings the same. A vulnerability gets its CVE id
 * late, loses it, or gets another one, and is still the same.
 */
export const identitiesOf = (finding: Finding): readonly string[] => [
  digest(finding, 'id', finding.findingId, packageOf(finding)),
  ...(finding.type === 'vulnerability'
    ? advisoriesOf(finding).map((advisory) => digest(finding, ...thingOf(finding, advisory)))
    : [fingerprintOf(finding)]),
]

/** Ids under which others know it. */
export const advisoriesOf = (finding: Finding): readonly string[] =>
  finding.type === 'vulnerability'
    ? [...new Set([finding.cveId, finding.advisoryId].filter((id) => id !== undefined))]
    : []

/** What is said of it, apart from what makes it what it is. */
export const findingContentOf = (finding: Finding): Record<string, string> => {
  const { findingId: _, type: _type, repository: _repository, detectedAt: _at, ...said } = finding
  return contentOf(said)
}

const digest = ({ type, repository }: Finding, ...parts: readonly (string | null)[]): string =>
  sha256(JSON.stringify([type, repository.id, ...parts]))

const packageOf = (finding: Finding): string | null =>
  finding.type === 'vulnerability' ? (finding.packageName ?? null) : null

const thingOf = (finding: Finding, advisory: string | null): readonly (string | null)[] => {
  switch (finding.type) {
    case 'vulnerability':
      // Authorities differ in how they write their ids.
      return [advisory?.toUpperCase() ?? null, finding.packageName ?? null, finding.filePath ?? null]
    case 'access_issue':
      return [finding.issue, finding.subject]
    case 'secret_detected':
      return [finding.secretType, finding.secretId, finding.filePath]
    case 'sunset_decision':
      return []
  }
}
