// Calls with a recording for tests: each chunk says itself what is heard in it.
import { type Spoken, spokenWav } from '../../../../local/models/spoken-wav.ts'
import { call } from '../../../support/evidence.ts'

export type RecordedChunk = {
  readonly startsAt: number
  readonly seconds: number
  readonly spoken: readonly Spoken[]
  readonly speaker?: string | null
}

export const recorded = (chunks: readonly RecordedChunk[], changes: object = {}) =>
  call([], {
    recording: {
      state: 'ready',
      chunks: chunks.map(({ startsAt, seconds, spoken, speaker = null }) => ({
        startsAt,
        seconds,
        speaker,
        mediaType: 'audio/wav',
        audio: spokenWav(seconds, spoken).toString('base64'),
      })),
    },
    ...changes,
  })

export const first: RecordedChunk = {
  startsAt: 0,
  seconds: 60,
  spoken: [
    { start: 1, end: 5, text: 'Hi, this is Dana from the help desk. How can I help?' },
    { start: 6, end: 11, text: 'The file server at the branch is down since 07:40.' },
  ],
}
/** It begins a second before the first one ends. */
export const second: RecordedChunk = {
  startsAt: 59,
  seconds: 60,
  spoken: [
    { start: 2, end: 6, text: 'The disk of FS-02 is full because the backup wrote its logs there.' },
    { start: 9, end: 15, text: "I have restarted the server. I'll move the backup logs to another disk by Friday." },
  ],
}
