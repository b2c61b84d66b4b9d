import { describe, expect, it } from 'vitest'
import { joined, saidBefore } from '../../../../functions/ai/transcription/joining.ts'
import type { StoredChunk } from '../../../../functions/ai/transcription/transcription-table.ts'

const chunk = (number: number, startsAt: number, speaker: string | null = null): StoredChunk => ({
  number,
  startsAt,
  seconds: 60,
  bytes: 480,
  mediaType: 'audio/wav',
  speaker,
})
const piece = (start: number, end: number, text: string, isDoubtful = false) => ({ start, end, text, isDoubtful })

describe('what was heard in the chunks of a recording', () => {
  it('stands at its time in the call', () => {
    const { lines } = joined([
      { chunk: chunk(1, 0), pieces: [piece(1, 2.5, 'one')] },
      { chunk: chunk(2, 60), pieces: [piece(3, 4, 'two')] },
      { chunk: chunk(3, 120.5), pieces: [piece(0, 1, 'three')] },
    ])
    expect(lines.map(({ startsAt, endsAt, text }) => [startsAt, endsAt, text])).toEqual([
      [1, 2.5, 'one'],
      [63, 64, 'two'],
      [120.5, 121.5, 'three'],
    ])
  })

  it('is there once where two chunks both have it', () => {
    const { lines } = joined([
      { chunk: chunk(1, 0), pieces: [piece(50, 54, 'early'), piece(54, 57, 'both'), piece(58, 60, 'cut o')] },
      { chunk: chunk(2, 50), pieces: [piece(0, 3, 'rly'), piece(4, 7, 'both'), piece(8, 11, 'cut off')] },
    ])
    expect(lines.map(({ startsAt, text }) => [startsAt, text])).toEqual([
      [50, 'early'],
      [54, 'both'],
      [58, 'cut off'],
    ])
  })

  it('of two sides that were recorded apart is in the order in which it was said, whoever said it', () => {
    const { lines } = joined([
      { chunk: chunk(1, 0, 'Ann'), pieces: [piece(1, 2, 'a'), piece(8, 9, 'c')] },
      { chunk: chunk(2, 0, 'Ben'), pieces: [piece(4, 5, 'b')] },
      { chunk: chunk(3, 60, 'Ann'), pieces: [piece(5, 6, 'e')] },
      { chunk: chunk(4, 60, 'Ben'), pieces: [piece(1, 2, 'd')] },
    ])
    expect(lines.map(({ speaker, text }) => `${speaker} ${text}`)).toEqual([
      'Ann a',
      'Ben b',
      'Ann c',
      'Ben d',
      'Ann e',
    ])
  })

  it('never stands outside of its chunk, wherever the model places it', () => {
    const { lines } = joined([{ chunk: chunk(1, 30), pieces: [piece(-4, 2, 'before'), piece(58, 75, 'after')] }])
    expect(lines.map(({ startsAt, endsAt }) => [startsAt, endsAt])).toEqual([
      [30, 32],
      [88, 90],
    ])
  })

  it('is left out, and counted, where the model made it up on silence', () => {
    const heard = [
      { chunk: chunk(1, 0), pieces: [piece(1, 2, 'Hello'), piece(30, 59, 'Thank you for watching!', true)] },
    ]
    expect(joined(heard)).toMatchObject({ lines: [{ text: 'Hello' }], leftOut: 1 })
  })
})

describe('what a model goes on from', () => {
  it('is the end of what the same side said before, without what was made up', () => {
    const heard = [
      { chunk: chunk(1, 0, 'Ann'), pieces: [piece(1, 2, 'My printer'), piece(3, 4, 'la la la', true)] },
      { chunk: chunk(2, 0, 'Ben'), pieces: [piece(1, 2, 'Yes?')] },
    ]
    expect(saidBefore(chunk(3, 60, 'Ann'), heard)).toBe('My printer')
    expect(saidBefore(chunk(1, 0, 'Ann'), heard)).toBe('')
  })
})
