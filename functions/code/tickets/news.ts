// What a scan tells of a finding that its ticket does not know: another content, a higher severity, an id under which others know it.
import { differingMembers } from '../../../shared/effects/content.ts'
import { inline } from '../../../shared/text/quoted-text.ts'
import { Severity } from '../../../shared/text/severity.ts'
import { findingContentOf } from './fingerprint.ts'
import type { Standing } from './standing.ts'
import type { Claim } from './ticket-table.ts'

type Item = Pick<Standing, 'finding' | 'advisories'>

/** Members that may be news although the detection is none: an id is often assigned later. */
const idMembers: readonly string[] = ['cveId', 'advisoryId']

export const newAdvisoriesOf = ({ advisories }: Item, claim: Claim): readonly string[] =>
  advisories.filter((id) => !claim.advisories.includes(id))

/** Only a later detection says what is so now. */
export const isLater = ({ finding }: Item, claim: Claim): boolean =>
  Date.parse(finding.detectedAt) > Date.parse(claim.lastDetectedAt)

/** Members that differ from what the ticket knew: those that it is told of with this, and those that are left as they were. */
type Differences = { readonly changed: readonly string[]; readonly ignored: readonly string[] }

export const noDifferences: Differences = { changed: [], ignored: [] }

/** When the ticket is told what is news. */
export const toldOf = (item: Item, claim: Claim): Differences => {
  const differing = differingMembers(claim.content, findingContentOf(item.finding))
  if (isLater(item, claim)) return { changed: differing, ignored: [] }
  const hasNewIds = newAdvisoriesOf(item, claim).length > 0
  const isNews = (member: string): boolean => hasNewIds && idMembers.includes(member)
  return { changed: differing.filter(isNews), ignored: differing.filter((member) => !isNews(member)) }
}

/** When the ticket stays as it is. */
export const ignoredOf = (item: Item, claim: Claim): Differences => ({
  changed: [],
  ignored: differingMembers(claim.content, findingContentOf(item.finding)),
})

/** The claim once the ticket knows. */
export const claimAfter = (item: Item, claim: Claim): Claim => {
  const { finding } = item
  const advisories = [...claim.advisories, ...newAdvisoriesOf(item, claim)]
  const content = findingContentOf(finding)
  if (isLater(item, claim))
    return { ...claim, advisories, lastDetectedAt: finding.detectedAt, severity: finding.severity, content }
  const ids = Object.entries(content).filter(([member]) => idMembers.includes(member))
  return { ...claim, advisories, content: { ...claim.content, ...Object.fromEntries(ids) } }
}

/** Whether a later scan calls it worse than the ticket knows. */
export const isWorse = (item: Item, claim: Claim): boolean =>
  isLater(item, claim) && rankOf(item.finding.severity) < rankOf(claim.severity)

const rankOf = (severity: Severity): number => Severity.options.indexOf(severity)

/** For people, in the order in which they matter. */
export const wordsOfNews = (item: Item, claim: Claim): readonly string[] => {
  const others = toldOf(item, claim).changed.filter((member) => ![...idMembers, 'severity'].includes(member))
  const ids = newAdvisoriesOf(item, claim)
  return [
    ...(isLater(item, claim) && item.finding.severity !== claim.severity
      ? [`Severity: ${item.finding.severity}, was ${claim.severity}`]
      : []),
    ...(ids.length === 0 ? [] : [`Also known as: ${inline(ids.join(', '))}`]),
    ...(others.length === 0 ? [] : [`Changed: ${others.map((member) => words[member] ?? member).join(', ')}`]),
  ]
}

const words: Readonly<Record<string, string>> = {
  filePath: 'file',
  packageName: 'package',
  sunsetOn: 'day of the sunset',
  url: 'link',
}
