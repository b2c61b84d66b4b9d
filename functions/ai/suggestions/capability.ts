// What became of suggestions for tickets.
import type { Definitions, Tables } from '../../platform/capability.ts'
import { readSuggestionOutcomes, takeSuggestionOutcome } from './endpoints.ts'
import { suggestionSubscriber } from './subscriber.ts'

export const api: Definitions = [takeSuggestionOutcome, readSuggestionOutcomes]

export const background: Definitions = [suggestionSubscriber]

export const tables: Tables = async () => {
  const { outcomeTable } = await import('./outcome-table.ts')
  return [outcomeTable]
}
