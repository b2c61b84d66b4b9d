import { describe, expect, it } from 'vitest'
import { transcriptionFlow } from '../../../../functions/ai/transcription/orchestration.ts'
import type { StepResult } from '../../../../shared/flows/flow-envelope.ts'
import { type Answer, playFlow } from '../../../support/flow-play.ts'

const start = {
  tenantId: 't1',
  requestId: 'r1',
  traceparent: `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`,
  retrySeconds: 5,
}

const play = async (answers: Readonly<Record<string, StepResult | Error>>) => {
  const answer: Answer = ({ name }) => {
    const given = answers[name] ?? { done: name === 'flow-finish' ? null : {} }
    if (given instanceof Error) throw given
    return given
  }
  const { outcome, output, attempts } = await playFlow(transcriptionFlow, start, answer)
  const steps = attempts.map(({ name, input }) => [name, input] as const)
  return { outcome, output, steps, names: steps.map(([name]) => name) }
}

const planned = { 'ai-plan-transcription': { done: { outcome: 'ready', chunks: 2 } } }

describe('the flow of a transcription', () => {
  it('takes the chunks in their order, one at a time, and recaps the call last', async () => {
    const { outcome, output, steps, names } = await play(planned)
    expect([outcome, output]).toEqual(['completed', { outcome: 'written', chunks: 2 }])
    expect(names).toEqual([
      'ai-plan-transcription',
      'ai-transcribe-chunk',
      'ai-transcribe-chunk',
      'ai-write-transcription',
      'ai-recap-transcribed-call',
      'flow-finish',
    ])
    expect(steps.slice(1, 3).map(([, input]) => input)).toEqual([{ position: 0 }, { position: 1 }])
  })

  it('is over where Voice has the words that there is none', async () => {
    const { output, names } = await play({ 'ai-plan-transcription': { done: { outcome: 'unavailable', chunks: 0 } } })
    expect(output).toEqual({ outcome: 'unavailable' })
    expect(names).toEqual(['ai-plan-transcription', 'flow-finish'])
  })

  it('tells Voice when a chunk fails for good, and fails', async () => {
    const failed = { 'ai-transcribe-chunk': { failed: { code: 'ai-opted-out', detail: 'No AI.' } } } as const
    const { outcome, steps } = await play({ ...planned, ...failed })
    expect(outcome).toBe('failed')
    expect(steps[2]).toEqual(['ai-give-up-transcription', { code: 'ai-opted-out' }])
  })

  it('tells Voice when a model was away for a day', async () => {
    const { outcome, names } = await play({
      ...planned,
      'ai-transcribe-chunk': new Error('model-unavailable: away'),
    })
    expect(outcome).toBe('failed')
    expect(names.slice(-2)).toEqual(['ai-give-up-transcription', 'flow-finish'])
    expect(names.filter((name) => name === 'ai-transcribe-chunk').length).toBeGreaterThan(5)
  })
})
