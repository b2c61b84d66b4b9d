// A call that has ended and has a recording, of which there is no transcript yet.
import { type Spoken, spokenWav } from './models/spoken-wav.ts'
import type { DemoRecord } from './demo-record.ts'
import { minutesBefore } from './minutes-before.ts'

/** In two chunks, of which the second begins a second before the first one ends. */
const chunks: readonly { readonly startsAt: number; readonly spoken: readonly Spoken[] }[] = [
  {
    startsAt: 0,
    spoken: [
      { start: 1, end: 5, text: 'Hi, this is Mia from Northwind. How can I help?' },
      { start: 6, end: 12, text: 'The printer in finance prints blank pages since this morning.' },
      { start: 14, end: 19, text: 'I will send you a new toner by tomorrow.' },
    ],
  },
  {
    startsAt: 29,
    spoken: [
      { start: 2, end: 6, text: 'Thank you. Please call me when it is on its way.' },
      { start: 7, end: 28, text: 'Thank you for watching!', no_speech_prob: 0.94, avg_logprob: -1.6 },
    ],
  },
]

export const demoRecording = (now: Date): DemoRecord => ({
  peer: 'voice',
  kind: 'call',
  id: 'call-0009',
  clientId: 'client-fabrikam',
  record: {
    state: 'ended',
    direction: 'inbound',
    clientName: 'Fabrikam',
    participants: [{ name: 'Ines Okoro' }, { name: 'Mia Torres' }],
    startedAt: minutesBefore(now, 30),
    endedAt: minutesBefore(now, 29),
    transcript: [],
    earlierLines: 0,
    recording: {
      state: 'ready',
      chunks: chunks.map(({ startsAt, spoken }) => ({
        startsAt,
        seconds: 30,
        speaker: null,
        mediaType: 'audio/wav',
        audio: spokenWav(30, spoken).toString('base64'),
      })),
    },
  },
})
