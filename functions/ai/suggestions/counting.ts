// Counts what became of suggestions, each once, whatever is repeated or comes out of order.
import type { Store } from '../../../shared/store/store.ts'
import { retryOnConflict } from '../../../shared/store/retry-on-conflict.ts'
import type { OutcomeDraft, Outcomes, OutcomesQuery } from './contract.ts'
import { suggestedFields } from '../../../shared/schema/suggestion-outcome.ts'
import { type DayCounts, outcomeTable } from './outcome-table.ts'

type Counting = { readonly store: Store; readonly now: () => Date; readonly tenantId: string }

const none: DayCounts = { shown: 0, accepted: 0, edited: 0, dismissed: 0 }

/**
 * What was decided was shown, even if nobody said so. The first decision stands.
 * @returns `known` when it changes nothing
 */
export const takeOutcome = (counting: Counting, draft: OutcomeDraft): Promise<'counted' | 'known'> =>
  retryOnConflict(() => takeOnce(counting, draft))

const takeOnce = async (
  { store, now, tenantId }: Counting,
  { suggestionId, field, outcome }: OutcomeDraft,
): Promise<'counted' | 'known'> => {
  const rows = store.open(outcomeTable)
  const stages = outcome === 'shown' ? (['shown'] as const) : (['shown', 'decided'] as const)
  const found = await Promise.all(stages.map((stage) => rows.taken.get({ tenantId, suggestionId, field, stage })))
  const fresh = stages.filter((_, index) => !found[index])
  if (!fresh.includes(outcome === 'shown' ? 'shown' : 'decided')) return 'known'
  const takenAt = now().toISOString()
  const named = fresh.map((stage) => (stage === 'shown' ? ('shown' as const) : outcome))
  const key = { tenantId, day: takenAt.slice(0, 10), field }
  const day = await rows.day.get(key)
  const counts = { ...none, ...day?.value }
  for (const name of named) counts[name] += 1
  const next = { ...counts, ...key }
  await rows.transaction([
    ...fresh.map((stage, index) =>
      rows.taken.toInsert({ tenantId, suggestionId, field, stage, outcome: named[index] ?? outcome, takenAt }),
    ),
    day ? rows.day.toUpdate(day, next) : rows.day.toInsert(next),
  ])
  return 'counted'
}

/** By day, and of all days together. */
export const showOutcomes = async (
  { store, tenantId, now }: Counting,
  { from, to }: OutcomesQuery,
): Promise<Outcomes> => {
  const until = to ?? now().toISOString().slice(0, 10)
  const since = from ?? new Date(Date.parse(until) - (daysShown - 1) * dayMs).toISOString().slice(0, 10)
  const days: Outcomes['days'] = []
  for await (const { value } of store.open(outcomeTable).day.each({ tenantId }, { from: [since], to: [until] })) {
    const { tenantId: _, ...counts } = value
    days.push(counts)
  }
  const totals = suggestedFields.map((field) => {
    const sum = days
      .filter((day) => day.field === field)
      .reduce<DayCounts>(
        (all, { shown, accepted, edited, dismissed }) => ({
          shown: all.shown + shown,
          accepted: all.accepted + accepted,
          edited: all.edited + edited,
          dismissed: all.dismissed + dismissed,
        }),
        none,
      )
    return { field, ...sum, acceptanceRate: rateOf(sum) }
  })
  return { from: since, to: until, days, totals }
}

const daysShown = 30
const dayMs = 86_400_000

/** Of those that were shown, not of those that somebody answered: silence is no consent. Null where none was shown. */
const rateOf = ({ shown, accepted, edited }: DayCounts): number | null =>
  shown === 0 ? null : Math.round(((accepted + edited) / shown) * 1_000) / 1_000
