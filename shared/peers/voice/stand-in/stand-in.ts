// Stand-in of The One Voice on the contract of this suite: it keeps calls with their transcripts that the control API puts, shows each to who may
// see it, and keeps the recaps of the suite.
import { z } from 'zod'
import { startReadable } from '../../../../local/stand-ins/readable-stand-in.ts'
import { type Answer, problem } from '../../../../local/stand-ins/http-exchange.ts'
import type { RunningStandIn } from '../../../../local/stand-ins/stand-in.ts'
import type { StandInOptions } from '../../../../local/stand-ins/stand-ins.ts'
import type { Views } from '../../../../local/stand-ins/views.ts'
import { transcriptLinesMax } from '../contract.ts'
import { voiceContract } from '../operations.ts'
import { type VoiceTranscript, transcriptPageMax } from '../transcript-contract.ts'
import { recordingAnswers } from './recordings.ts'
import { StoredCall, type Transcription, saidIn, transcriptStateOf, transcriptionOf } from './stored-call.ts'

export const start = (options: StandInOptions): Promise<RunningStandIn> =>
  startReadable(
    {
      slug: 'voice',
      contract: voiceContract,
      kinds: { call: { schema: StoredCall, path: 'calls', atLeast: 'member' } },
      answers: (views, recaps) => ({
        readCall: ({ tenantId, userId, params: { id }, query }) =>
          views.answerRecord({ tenantId, userId }, 'call', id, {
            shown: newestLines(query.get('lines'), transcriptionOf(recaps, { tenantId, id })),
          }),
        readTranscript: ({ tenantId, params: { id }, query }) => {
          const transcription = transcriptionOf(recaps, { tenantId, id })
          return pageOf(views.read(tenantId, 'call', id), transcription, Number(query.get('from') ?? 1))
        },
        ...recordingAnswers(views, recaps),
        readRecap: ({ tenantId, params: { id } }) => recaps.get({ tenantId, id }, isThere(views, tenantId, id)),
        putRecap: ({ tenantId, params: { id }, body }) =>
          recaps.put({ tenantId, id }, isThere(views, tenantId, id), body),
        checkHealth: () => ({ status: 200, body: { status: 'ok', version: 'stand-in' } }),
      }),
    },
    options,
  )

const isThere = (views: Views, tenantId: string, id: string): boolean => views.read(tenantId, 'call', id) !== undefined

const pageOf = (
  call: Readonly<Record<string, unknown>> | undefined,
  transcription: Transcription,
  from: number,
): Answer => {
  if (!call) return problem(404, 'There is no such call')
  const stored = StoredCall.parse(call)
  const { id, startedAt } = stored
  const state = transcriptStateOf(stored, transcription)
  const lines = saidIn(stored, transcription).map((line, index) => ({ number: index + 1, ...line }))
  const page = lines.slice(from - 1, from - 1 + transcriptPageMax)
  const isLast = from - 1 + page.length >= lines.length
  const clientId = z.string().nullable().parse(call['clientId'])
  const body = { id, clientId, startedAt, state, lines: state === 'ready' ? page : [] }
  return { status: 200, body: { ...body, ...(!isLast && { nextFrom: from + page.length }) } satisfies VoiceTranscript }
}

/** The newest lines that are wanted: all of them when nobody says, up to the most that one read may ask for. */
const newestLines =
  (wanted: string | null, transcription: Transcription) =>
  (record: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> => {
    const stored = StoredCall.parse(record)
    const { recording: _, transcriptState: _state, ...shown } = stored
    const said = saidIn(stored, transcription)
    const lines = Math.min(Number(wanted ?? transcriptLinesMax) || transcriptLinesMax, transcriptLinesMax)
    const earlierLines = Math.max(0, said.length - lines)
    return { ...shown, transcript: said.slice(earlierLines), earlierLines }
  }
