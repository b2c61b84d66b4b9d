import { describe, expect, it } from 'vitest'
import { questionOf } from '../../../../functions/ai/results/call-recap/question.ts'
import { readWholeTranscript } from '../../../../functions/ai/results/call-recap/transcript.ts'
import { CallRecapInput } from '../../../../functions/ai/features/voice/call-recap/contract.ts'
import { NotYet, type Question } from '../../../../shared/results/result.ts'
import { callBegan } from '../../../support/evidence.ts'

const page = 500

/** Voice with a call of so many lines. @param nextAfter the number of the first line of the next page */
const voiceOf = (count: number, nextAfter = (from: number): number | undefined => from + page) => {
  const asked: number[] = []
  const readTranscript = (_: string, id: string, from: number) => {
    asked.push(from)
    const lines = Array.from({ length: Math.max(0, Math.min(page, count + 1 - from)) }, (__, index) => ({
      number: from + index,
      at: new Date(Date.parse(callBegan) + (from + index) * 1_000).toISOString(),
      speaker: 'Dana Okafor',
      text: `Line ${from + index}.`,
    }))
    const nextFrom = from + page > count ? undefined : nextAfter(from)
    return Promise.resolve({
      id,
      clientId: null,
      startedAt: callBegan,
      state: 'ready' as const,
      lines,
      ...(nextFrom !== undefined && { nextFrom }),
    })
  }
  return { readTranscript, asked }
}

describe('the transcript of a call', () => {
  it('of many hours is read to its end: what was agreed last is told, and how much of the middle is left out', async () => {
    const { readTranscript } = voiceOf(12_300)
    const transcript = await readWholeTranscript({ readTranscript }, 't', 'c')
    if (!transcript) throw new Error('There is no transcript.')
    const { lines, leftOut } = transcript
    expect([lines.length, leftOut]).toEqual([5_000, 7_300])
    expect([lines[0]?.number, lines[2_499]?.number, lines[2_500]?.number, lines.at(-1)?.number]).toEqual([
      1, 2_500, 9_801, 12_300,
    ])
    const question = questionOf(transcript, 'UTC') as Question
    const { segments } = CallRecapInput.parse(question.input)
    expect([segments[0]?.id, segments.at(-1)?.id]).toEqual(['l-1', 'l-12300'])
    expect(question.leftOut).toBe(12_300 - segments.length)
  })

  it('of which the next page is the same one is what was read of it', async () => {
    const { readTranscript, asked } = voiceOf(1_200, (from) => from)
    expect((await readWholeTranscript({ readTranscript }, 't', 'c'))?.lines).toHaveLength(page)
    expect(asked).toEqual([1])
  })

  it('that has no end is refused', async () => {
    const { readTranscript, asked } = voiceOf(Infinity, (from) => from + 1)
    await expect(readWholeTranscript({ readTranscript }, 't', 'c')).rejects.toMatchObject({
      code: 'peer-invalid-response',
    })
    expect(asked).toHaveLength(1_000)
  })

  it('that Voice still writes is none yet', async () => {
    const pending = {
      readTranscript: async (tenantId: string, id: string, from: number) => ({
        ...(await voiceOf(1).readTranscript(tenantId, id, from)),
        state: 'pending' as const,
      }),
    }
    await expect(readWholeTranscript(pending, 't', 'c')).rejects.toBeInstanceOf(NotYet)
  })
})
