// What was read of the records as the question of a root cause.
import type * as z from 'zod'
import type { Context, ContextRead, ContextRefusal } from '../../../shared/context/context.ts'
import type { ContextReference } from '../../../shared/context/reference.ts'
import { redactSecrets } from '../../../shared/text/secret-redaction.ts'
import { shorten } from '../../../shared/text/shortened-text.ts'
import type { ProposalInput } from '../features/psa/proposal-generate/contract.ts'

type Input = z.input<typeof ProposalInput>

/** Facts of one record that are told. */
const factsMax = 250

export const questionOf = (ticket: Context, beside: readonly ContextRead[]): Input => ({
  ticket: recordOf(ticket, 'ticket'),
  records: beside.flatMap((read, index) => (read.kind === 'read' ? [recordOf(read, slugOf(read, index))] : [])),
  unread: beside.flatMap((read) =>
    read.kind === 'refused'
      ? [{ name: shorten(`${read.name} ${read.source.id}`, 100), reason: reasons[read.reason] }]
      : [],
  ),
})

/** As a person reads it. */
export const reasons: Readonly<Record<ContextRefusal['reason'], string>> = {
  'not-found': 'there is no such record',
  'not-allowed': 'the product does not show it to this person',
  unavailable: 'the product did not answer in time',
}

/** Unique in the report, and such that a person sees what it is. */
export const slugOf = ({ source }: Context, index: number): string => `${source.product}-${source.kind}-${index + 1}`

/** What earlier searches have concluded is none, and neither is when a ticket was changed last: their notes change it. */
const isEvidence = ({ id, isOwnDraft }: Context['facts'][number], source: ContextReference): boolean =>
  !isOwnDraft && (source.kind !== 'ticket' || id !== 'updated')

/** With the facts that are told. @param slug begins their ids */
export const recordOf = ({ name, title, facts, source }: Context, slug: string): Input['ticket'] => ({
  name,
  title: title || 'Untitled',
  facts: facts
    .filter((fact) => isEvidence(fact, source))
    .slice(0, factsMax)
    .map(({ id, label, text }) => ({
      id: `${slug}.${id}`,
      label: shorten(label, 300),
      text: shorten(redactSecrets(text), 4_000),
    })),
})
