// The recap of a call: its transcript is read from Voice when it has ended, and the recap is written to Voice once (AI-10).
import type { VoiceClient } from '../../../../shared/peers/voice/client.ts'
import { VoiceRecap } from '../../../../shared/peers/voice/transcript-contract.ts'
import type { ResultDefinition } from '../../../../shared/results/result.ts'
import { resultKind } from '../../../../shared/results/result-table.ts'
import { pending } from '../../../../shared/store/pending.ts'
import { table } from '../../../../shared/store/table.ts'
import { resolveSettings } from '../../../../shared/tenants/tenant-settings.ts'
import { callRecap } from '../../features/voice/call-recap/feature.ts'
import { recapIncident } from '../incidents.ts'
import { questionOf } from './question.ts'
import { readWholeTranscript } from './transcript.ts'

/** Of an available one: of the words for none nothing is kept. */
const [draft] = VoiceRecap.options

export const recapTables = {
  table: table('aiRecaps', { result: resultKind(draft) }),
  unfinished: pending('aiRecapsUnfinished'),
}

export const recapResult: ResultDefinition<VoiceClient, typeof draft> = {
  name: 'ai.call_recap',
  refPrefix: 'ai-recap',
  tables: recapTables,
  feature: callRecap,
  ...recapIncident,
  unavailableText: 'AI recap unavailable',
  draft,
  peer: ({ voice }) => voice(),
  evidence: async (voice, { store }, { tenantId, subjectId }) => {
    const transcript = await readWholeTranscript(voice, tenantId, subjectId)
    if (!transcript) return 'not-there'
    const { timeZone } = await resolveSettings(store(), tenantId, transcript.clientId ?? undefined)
    return questionOf(transcript, timeZone)
  },
  find: (voice, { tenantId, subjectId }) => voice.readRecap(tenantId, subjectId),
  put: (voice, { tenantId, subjectId }, recap) => voice.putRecap(tenantId, subjectId, recap),
}
