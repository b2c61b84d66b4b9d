// Critical files by figures alone. For when no model can be asked.
import type * as z from 'zod'
import type { CriticalFiles, CriticalFilesInput } from './contract.ts'

type File = z.output<typeof CriticalFilesInput>['files'][number]

const filesMax = 25

/** What many depend on, what changes often, and what one person alone knows. */
const weight = ({ dependents = 0, changes = 0, authors }: File): number =>
  3 * Math.log2(1 + dependents) + 2 * Math.log2(1 + changes) + (authors === 1 && changes > 0 ? 2 : 0)

export const fallback = ({ files }: z.output<typeof CriticalFilesInput>): z.input<typeof CriticalFiles> => ({
  files: files
    .toSorted((one, other) => weight(other) - weight(one) || (one.path < other.path ? -1 : 1))
    .slice(0, filesMax)
    .map((file) => ({ path: file.path, reason: reasonOf(file), evidence: [file.path] })),
})

/** What was not said is not known, and no zero. */
const reasonOf = ({ dependents, changes, authors }: File): string => {
  const said = [
    ...(dependents === undefined ? [] : [`${dependents} ${dependents === 1 ? 'file depends' : 'files depend'} on it`]),
    ...(changes === undefined ? [] : [`it has changed ${changes} ${changes === 1 ? 'time' : 'times'} in a year`]),
    ...(authors === 1 ? ['one person alone has changed it'] : []),
  ]
  return said.length === 0
    ? 'Nothing is known of how often it changes and what depends on it.'
    : `${said.join(', ')}. Weighed by rule.`
}
