// The answers about evidence that the suite reads on its own behalf, and about the results that it writes beside it.
import * as z from 'zod'
import { AiResultReceipt } from '../../../shared/peers/ai-result/contract.ts'
import type { DefendClient } from '../../../shared/peers/defend/client.ts'
import { DefendInvestigation, type DefendNarrative } from '../../../shared/peers/defend/investigation-contract.ts'
import { NoSuchRecord } from '../../../shared/peers/user-read/contract.ts'
import type { VoiceClient } from '../../../shared/peers/voice/client.ts'
import {
  UntranscribedPage,
  VoiceRecording,
  type VoiceTranscription,
} from '../../../shared/peers/voice/recording-contract.ts'
import { type VoiceRecap, VoiceTranscript } from '../../../shared/peers/voice/transcript-contract.ts'
import type { Answer, PeerWalk } from './peer-walk.ts'

const time = '2026-11-22T10:00:00.123Z'
const noSuch = {
  status: 404,
  contract: NoSuchRecord,
  body: { type: 'about:blank', title: 'None', status: 404, detail: 'There is none.' },
  needed: [],
} as const
const receipt = { reference: 'r1', state: 'available' }
const needed = ['reference', 'state']

const each = (list: string, names: readonly string[]): readonly string[] => [
  list,
  ...names.map((name) => `${list}[].${name}`),
]

/** Of a GET and of a PUT of a result. */
const resultAnswers = <Client>(get: Answer<Client>['ask'], put: Answer<Client>['ask']) => ({
  get: [
    { status: 200, contract: AiResultReceipt, body: receipt, ask: get, needed, shows: { from: [], to: [] } },
    { ...noSuch, ask: get },
  ] satisfies readonly Answer<Client>[],
  put: [
    ...[200, 201].map((status): Answer<Client> => ({
      status,
      contract: AiResultReceipt,
      body: receipt,
      ask: put,
      needed,
      shows: { from: [], to: ['seen'] },
    })),
    { ...noSuch, ask: put },
  ] satisfies readonly Answer<Client>[],
})

const technique = { id: 'T1059.001', name: 'PowerShell' }
const investigation = {
  id: 'i1',
  title: 'Macro on FIN-01',
  clientId: 'c1',
  openedAt: time,
  processes: [
    {
      id: 'p1',
      parentId: 'p0',
      at: time,
      device: 'FIN-01',
      user: 'alice',
      image: 'a.exe',
      commandLine: 'a',
      technique,
    },
  ],
  movements: [{ id: 'm1', at: time, fromDevice: 'A', toDevice: 'B', user: 'alice', method: 'rdp', technique }],
  actions: [{ id: 'a1', at: time, kind: 'logon', device: 'A', processId: 'p1', user: 'alice', target: 'B', technique }],
  moreEvents: 4,
  url: 'https://defend.example/investigations/i1',
}

export const narrative: DefendNarrative = {
  state: 'unavailable',
  reference: 'r1',
  text: 'AI narrative unavailable',
  reason: 'failed',
}
const narratives = resultAnswers<DefendClient>(
  (defend) => defend.readNarrative('t1', 'i1'),
  (defend) => defend.putNarrative('t1', 'i1', narrative),
)
const readInvestigation = (defend: DefendClient): Promise<unknown> => defend.readInvestigation('t1', 'i1')

export const investigationWalk: Pick<
  PeerWalk<DefendClient>['answers'],
  'readInvestigation' | 'readNarrative' | 'putNarrative'
> = {
  readInvestigation: [
    {
      status: 200,
      contract: DefendInvestigation,
      body: investigation,
      ask: readInvestigation,
      needed: [
        'id',
        ...each('processes', ['id', 'at', 'device', 'image']),
        ...each('movements', ['id', 'at', 'fromDevice', 'toDevice', 'method']),
        ...each('actions', ['id', 'at', 'kind', 'device']),
      ],
      shows: { from: [], to: [] },
    },
    { ...noSuch, ask: readInvestigation },
  ],
  readNarrative: narratives.get,
  putNarrative: narratives.put,
}

export const recap: VoiceRecap = {
  state: 'unavailable',
  reference: 'r1',
  text: 'AI recap unavailable',
  reason: 'failed',
}
const recaps = resultAnswers<VoiceClient>(
  (voice) => voice.readRecap('t1', 'c1'),
  (voice) => voice.putRecap('t1', 'c1', recap),
)
const readTranscript = (voice: VoiceClient): Promise<unknown> => voice.readTranscript('t1', 'c1', 1)

export const transcriptWalk: Pick<PeerWalk<VoiceClient>['answers'], 'readTranscript' | 'readRecap' | 'putRecap'> = {
  readTranscript: [
    {
      status: 200,
      contract: VoiceTranscript,
      body: {
        id: 'c1',
        clientId: 'c1',
        startedAt: time,
        state: 'ready',
        lines: [{ number: 1, at: time, speaker: 'Ann', text: 'Hello' }],
        nextFrom: 2,
      },
      ask: readTranscript,
      needed: ['id', 'startedAt', 'state', ...each('lines', ['number', 'at', 'speaker', 'text'])],
      shows: { from: [], to: [] },
    },
    { ...noSuch, ask: readTranscript },
  ],
  readRecap: recaps.get,
  putRecap: recaps.put,
}

export const transcription: VoiceTranscription = {
  state: 'unavailable',
  reference: 'r1',
  text: 'Transcription unavailable',
  reason: 'failed',
}
const transcriptions = resultAnswers<VoiceClient>(
  (voice) => voice.readTranscription('t1', 'c1'),
  (voice) => voice.putTranscription('t1', 'c1', transcription),
)
const readRecording = (voice: VoiceClient): Promise<unknown> => voice.readRecording('t1', 'c1')
const readChunk = (voice: VoiceClient): Promise<unknown> => voice.readRecordingChunk('t1', 'c1', 1)
const chunk = {
  number: 1,
  startsAt: 0,
  seconds: 60,
  bytes: 480,
  mediaType: 'audio/wav',
  speaker: 'Ann',
}

export const recordingWalk: Pick<
  PeerWalk<VoiceClient>['answers'],
  'readRecording' | 'readRecordingChunk' | 'listUntranscribed' | 'readTranscription' | 'putTranscription'
> = {
  readRecording: [
    {
      status: 200,
      contract: VoiceRecording,
      body: { id: 'c1', clientId: 'c1', startedAt: time, state: 'ready', chunks: [chunk] },
      ask: readRecording,
      needed: ['id', 'startedAt', 'state', ...each('chunks', Object.keys(chunk))],
      shows: { from: [], to: [] },
    },
    { ...noSuch, ask: readRecording },
  ],
  readRecordingChunk: [
    // A file, whatever is in it.
    { status: 200, contract: z.object({}), body: {}, ask: readChunk, needed: [] },
    { ...noSuch, ask: readChunk },
  ],
  listUntranscribed: [
    {
      status: 200,
      contract: UntranscribedPage,
      body: { callIds: ['c1'], nextCursor: 'c1' },
      ask: (voice) => voice.listUntranscribed('t1'),
      needed: ['callIds'],
      shows: { from: [], to: [] },
    },
  ],
  readTranscription: transcriptions.get,
  putTranscription: transcriptions.put,
}
