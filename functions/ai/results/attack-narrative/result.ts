// The narrative of an investigation: read from Defend when it is opened, told by the feature, written to Defend once (AI-9).
import { DefendNarrative } from '../../../../shared/peers/defend/investigation-contract.ts'
import type { DefendClient } from '../../../../shared/peers/defend/client.ts'
import type { ResultDefinition } from '../../../../shared/results/result.ts'
import { resultKind } from '../../../../shared/results/result-table.ts'
import { pending } from '../../../../shared/store/pending.ts'
import { table } from '../../../../shared/store/table.ts'
import { attackNarrative } from '../../features/defend/attack-narrative/feature.ts'
import { narrativeIncident } from '../incidents.ts'
import { questionOf } from './question.ts'

/** Of an available one: of the words for none nothing is kept. */
const [draft] = DefendNarrative.options

export const narrativeTables = {
  table: table('aiNarratives', { result: resultKind(draft) }),
  unfinished: pending('aiNarrativesUnfinished'),
}

export const narrativeResult: ResultDefinition<DefendClient, typeof draft> = {
  name: 'ai.attack_narrative',
  refPrefix: 'ai-narrative',
  tables: narrativeTables,
  feature: attackNarrative,
  ...narrativeIncident,
  unavailableText: 'AI narrative unavailable',
  draft,
  peer: ({ defend }) => defend(),
  evidence: async (defend, _, { tenantId, subjectId }) => {
    const investigation = await defend.readInvestigation(tenantId, subjectId)
    return investigation ? questionOf(investigation) : 'not-there'
  },
  find: (defend, { tenantId, subjectId }) => defend.readNarrative(tenantId, subjectId),
  put: (defend, { tenantId, subjectId }, narrative) => defend.putNarrative(tenantId, subjectId, narrative),
}
