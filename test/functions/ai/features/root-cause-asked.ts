// Tickets with records beside them, as the search for a root cause asks about them, for tests.
import { fallback } from '../../../../functions/ai/features/psa/proposal-generate/fallback.ts'
import type { Input } from '../../../../functions/ai/features/psa/proposal-generate/times.ts'

export type Told = readonly [label: string, text: string]

export const record = (title: string, id: string, ...told: readonly Told[]) => ({
  name: 'RMM device',
  title,
  facts: told.map(([label, text], index) => ({ id: `${id}-${index + 1}`, label, text })),
})

/** A ticket of 10:00 UTC on 18 November 2026, with records beside it. */
export const asked = (title: string, description: string, ...records: readonly ReturnType<typeof record>[]): Input => ({
  ticket: record(title, 't', ['Title', title], ['Opened', '2026-11-18T10:00:00Z'], ['Description', description]),
  records: [...records],
  unread: [],
  timeZone: 'Europe/Berlin',
})

export const verdicts = (input: Input): readonly (readonly [state: string, statement: string])[] =>
  fallback(input).hypotheses.map(({ state, statement }) => [state, statement] as const)
