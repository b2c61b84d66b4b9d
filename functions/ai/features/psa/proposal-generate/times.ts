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

/** All times that a fact names, in milliseconds. */
export const timesIn = ({ label, text }: Fact): readonly number[] =>
  [...`${label} ${text}`.matchAll(new RegExp(isoTime, 'g'))].map(([found]) => Date.parse(found))
