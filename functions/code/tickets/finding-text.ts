// What is told of one finding. What others wrote is quoted, so that it can neither pose as ours nor load anything.
import { indented, inline } from '../../../shared/text/quoted-text.ts'
import { shorten } from '../../../shared/text/shortened-text.ts'
import type { Finding } from './finding.ts'

/** What a technician does, before what a scanner says: it is the last to be left out. */
export const essentialsOf = (finding: Finding, heading: string): string =>
  [
    heading,
    indented(finding.title),
    [
      `Severity: ${finding.severity}`,
      ...factsOf(finding),
      ...(finding.filePath === undefined ? [] : [`File: ${inline(finding.filePath)}${lineOf(finding)}`]),
      `Finding: ${finding.url}`,
    ].join('\n'),
    ...(finding.remediation.length === 0
      ? []
      : ['Remediation:', indented(finding.remediation.map((step, index) => `${index + 1}. ${step}`).join('\n'))]),
  ].join('\n\n')

const cutMark = 'The description is shortened. The full text is in The One Code.'
/** Less than this says nothing. */
const descriptionLengthMin = 80

/** At most `lengthMax` units, and undefined when that is too little to say anything. Says so where something is left out. */
export const descriptionOf = ({ description }: Finding, lengthMax: number): string | undefined => {
  const whole = `Description:\n\n${indented(description)}`
  if (whole.length <= lengthMax) return whole
  const room = lengthMax - cutMark.length - 2
  return room < descriptionLengthMin ? undefined : `${shorten(whole, room)}\n\n${cutMark}`
}

const lineOf = (finding: Finding): string =>
  finding.type === 'secret_detected' && finding.line !== undefined ? `, line ${finding.line}` : ''

const factsOf = (finding: Finding): readonly string[] => {
  switch (finding.type) {
    case 'vulnerability':
      return [
        ...(finding.cveId === undefined ? [] : [`CVE: ${finding.cveId}`]),
        ...(finding.advisoryId === undefined ? [] : [`Advisory: ${inline(finding.advisoryId)}`]),
        ...(finding.packageName === undefined ? [] : [`Package: ${inline(finding.packageName)}`]),
      ]
    case 'access_issue':
      return [`Issue: ${finding.issue.replaceAll('_', ' ')}`, `Account: ${inline(finding.subject)}`]
    case 'secret_detected':
      return [`Secret type: ${finding.secretType} (its value is shown only in The One Code)`]
    case 'sunset_decision':
      return finding.sunsetOn === undefined ? [] : [`Sunset on: ${finding.sunsetOn}`]
  }
}
