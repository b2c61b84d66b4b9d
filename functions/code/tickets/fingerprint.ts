// What makes two findings the same one: the thing that is wrong and where, not the scan that saw it.
import { sha256 } from '../../../shared/auth/digest.ts'
import type { Finding } from './finding.ts'

/** Stable over scans, and different for everything that has to be mended separately. 43 characters. */
export const fingerprintOf = (finding: Finding): string =>
  sha256(JSON.stringify([finding.type, finding.repository.id, ...identityOf(finding)]))

const identityOf = (finding: Finding): readonly (string | null)[] => {
  switch (finding.type) {
    case 'vulnerability':
      return [finding.cveId ?? finding.advisoryId ?? null, finding.packageName ?? null, finding.filePath ?? null]
    case 'access_issue':
      return [finding.issue, finding.subject]
    case 'secret_detected':
      return [finding.secretType, finding.secretId, finding.filePath]
    case 'sunset_decision':
      return []
  }
}
