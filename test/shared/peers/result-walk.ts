// The answers about evidence that the suite reads on its own behalf, and about the results that it writes beside it.
import { AiResultReceipt } from '../../../shared/peers/ai-result/contract.ts'
import type { DefendClient } from '../../../shared/peers/defend/client.ts'
import { DefendInvestigation, type DefendNarrative } from '../../../shared/peers/defend/investigation-contract.ts'
import { NoSuchRecord } from '../../../shared/peers/user-read/contract.ts'
import type { VoiceClient } from '../../../shared/peers/voice/client.ts'
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
