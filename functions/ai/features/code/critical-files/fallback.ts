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
    .map((file) => ({ path: file.path, reason: `${reasonOf(file)}. No model has read it.`, evidence: [file.path] })),
})

const reasonOf = ({ dependents = 0, changes = 0, authors }: File): string =>
  [
    `${dependents} ${dependents === 1 ? 'file depends' : 'files depend'} on it`,
    `it has changed ${changes} ${changes === 1 ? 'time' : 'times'} in a year`,
    ...(authors === 1 ? ['one person alone has changed it'] : []),
  ].join(', ')
