// Stand-in of The One Voice on the contract of this suite: it keeps calls with their transcripts that the control API puts, and shows each to who may see it.
import { z } from 'zod'
import { startReadable } from '../../../../local/stand-ins/readable-stand-in.ts'
import type { RunningStandIn } from '../../../../local/stand-ins/stand-in.ts'
import type { StandInOptions } from '../../../../local/stand-ins/stand-ins.ts'
import { VoiceCall, transcriptLinesMax } from '../contract.ts'
import { voiceContract } from '../operations.ts'

/** Voice keeps all that was said, and shows the newest lines. */
const StoredCall = VoiceCall.extend({ transcript: z.array(VoiceCall.shape.transcript.element) })

export const start = (options: StandInOptions): Promise<RunningStandIn> =>
  startReadable(
    {
      slug: 'voice',
      contract: voiceContract,
      kinds: { call: { schema: StoredCall, path: 'calls', atLeast: 'member' } },
      answers: (views) => ({
        readCall: ({ tenantId, userId, params: { id }, query }) =>
          views.answerRecord({ tenantId, userId }, 'call', id, { shown: newestLines(query.get('lines')) }),
        checkHealth: () => ({ status: 200, body: { status: 'ok', version: 'stand-in' } }),
      }),
    },
    options,
  )

/** The newest lines that are wanted: all of them when nobody says, up to the most that one read may ask for. */
const newestLines =
  (wanted: string | null) =>
  (record: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> => {
    const { transcript } = StoredCall.pick({ transcript: true }).parse(record)
    const lines = Math.min(Number(wanted ?? transcriptLinesMax) || transcriptLinesMax, transcriptLinesMax)
    const earlierLines = Math.max(0, transcript.length - lines)
    return { ...record, transcript: transcript.slice(earlierLines), earlierLines }
  }
