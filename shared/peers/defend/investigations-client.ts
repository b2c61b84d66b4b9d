// Reads investigations of Defend, and writes narratives to them.
import * as z from 'zod'
import type { OperationCall } from '../../peer-client/operation-call.ts'
import { needing, reading, spare } from '../../schema/reading.ts'
import { type AiResultPut, type AiResultSeen, putOf, resultOf, resultPuts, resultReads } from '../ai-result/results.ts'
import { recordOf, refusedReads } from '../user-read/user-read.ts'
import { DefendInvestigation, type DefendNarrative, DefendTechnique } from './investigation-contract.ts'
import type { defendContract } from './operations.ts'

const { processes, movements, actions } = DefendInvestigation.shape
/** More than were asked for are read as well: what is too much is left out here. */
const process = processes.element.extend({ technique: spare(DefendTechnique) })
const movement = movements.element.extend({ technique: spare(DefendTechnique) })
const action = actions.element.extend({ technique: spare(DefendTechnique) })
const ReadInvestigation = reading(
  needing(
    DefendInvestigation.extend({
      processes: z.array(process),
      movements: z.array(movement),
      actions: z.array(action),
    }),
    ['id', 'processes', 'movements', 'actions'],
  ),
)
export type ReadInvestigation = z.output<typeof ReadInvestigation>

export type DefendInvestigationsClient = {
  /** Undefined when Defend has no such investigation. */
  readonly readInvestigation: (tenantId: string, id: string) => Promise<ReadInvestigation | undefined>
  readonly readNarrative: (tenantId: string, id: string) => Promise<AiResultSeen | undefined>
  /** An available narrative that stands there is left as it is. Undefined when Defend has no such investigation. */
  readonly putNarrative: (tenantId: string, id: string, narrative: DefendNarrative) => Promise<AiResultPut | undefined>
}

export const createDefendInvestigationsClient = (
  call: OperationCall<typeof defendContract>,
): DefendInvestigationsClient => ({
  readInvestigation: async (tenantId, id) => {
    const answers = { 200: recordOf(ReadInvestigation, 'id', id), 404: refusedReads[404] }
    const answer = await call('readInvestigation', { tenantId, params: { id }, answers })
    return answer.status === 200 ? answer.body : undefined
  },
  readNarrative: async (tenantId, id) =>
    resultOf(await call('readNarrative', { tenantId, params: { id }, answers: resultReads })),
  putNarrative: async (tenantId, id, narrative) =>
    putOf(await call('putNarrative', { tenantId, params: { id }, body: narrative, answers: resultPuts })),
})
