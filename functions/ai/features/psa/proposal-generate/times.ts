// Times that stand in the facts of a record.
import type * as z from 'zod'
import type { ProposalInput } from './contract.ts'

export type Input = z.output<typeof ProposalInput>
export type Fact = Input['ticket']['facts'][number]

const isoTime = /\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?(?:Z|[+-]\d{2}:\d{2})/

/** As the fact has it: in its label, or at the beginning of its text. Undefined for a fact without one. */
export const timeOf = ({ label, text }: Fact): string | undefined => {
  const inText = isoTime.exec(text)
  const found = isoTime.exec(label)?.[0] ?? (inText?.index === 0 ? inText[0] : undefined)
  return found === undefined || Number.isNaN(Date.parse(found)) ? undefined : found
}

/** When something was changed, as a label of the suite or of PSA tells it: `Change of 2026-11-27T08:55:00Z`. */
export const changeTime = ({ label }: Fact): string | undefined =>
  label.startsWith('Change of ') ? isoTimeIn(label) : undefined

/** The first one in a text, as it stands there. */
export const isoTimeIn = (text: string): string | undefined => isoTime.exec(text)?.[0]

/** All times that a fact names, in milliseconds. */
export const timesIn = ({ label, text }: Fact): readonly number[] =>
  [...`${label} ${text}`.matchAll(new RegExp(isoTime, 'g'))].map(([found]) => Date.parse(found))
