// How a recording is sent, and how what was heard is read.
import { describe, expect, it } from 'vitest'
import { Heard, transcriptionWire } from '../../../../shared/ai/providers/transcription-wire.ts'
import type { Deployment } from '../../../../shared/ai/providers/deployment.ts'
import { newWireState } from '../../../../shared/ai/providers/wire.ts'
import { callOf } from './model-stage.ts'

const read = (answer: object) => {
  const state = newWireState()
  const { text = '' } = transcriptionWire.read(state, JSON.stringify(answer))
  return { state, heard: Heard.parse(JSON.parse(text)) }
}

describe('what was heard', () => {
  it('is doubtful where there was rather silence than speech, or where the model went round in circles', () => {
    const piece = { start: 0, end: 1, text: ' Hello. ' }
    const segments = [
      piece,
      { ...piece, no_speech_prob: 0.9, avg_logprob: -1.5 },
      { ...piece, no_speech_prob: 0.9, avg_logprob: -0.2 },
      { ...piece, no_speech_prob: 0.1, avg_logprob: -1.5 },
      { ...piece, compression_ratio: 3 },
      { ...piece, compression_ratio: 2 },
    ]
    const { heard } = read({ text: 'Hello.', duration: 6, segments })
    expect(heard.pieces.map(({ isDoubtful }) => isDoubtful)).toEqual([false, true, false, false, true, false])
    expect(heard.pieces[0]?.text).toBe('Hello.')
  })

  it('is one piece where a server knows no pieces, and none where nothing was said', () => {
    expect(read({ text: 'Hello.', duration: 1.2 })).toMatchObject({
      heard: { pieces: [{ start: 0, end: 1.2, text: 'Hello.' }] },
      state: { isWhole: true, usage: { audioSeconds: 2 } },
    })
    expect(read({ text: ' ' }).heard.pieces).toEqual([])
  })
})

describe('a recording', () => {
  it('goes on from the end of what was said before it', () => {
    const said = `${'before '.repeat(400)}and now this.`
    const { call } = callOf({ messages: [{ role: 'user', content: said }] })
    const { prompt } = transcriptionWire.bodyOf(call, { name: 'whisper' } as Deployment) as { prompt: string }
    expect([prompt.length, prompt.endsWith('and now this.')]).toEqual([800, true])
  })
})
