import { describe, expect, it } from 'vitest'
import { rootCauseFlow } from '../../../../functions/ai/root-causes/orchestration.ts'
import type { StepResult } from '../../../../shared/flows/flow-envelope.ts'
import { playFlow } from '../../../support/flow-play.ts'

const start = {
  tenantId: 't1',
  requestId: 'r1',
  traceparent: `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`,
  retrySeconds: 5,
}
const outcomes = ['read', 'not-allowed', 'not-found', 'unavailable', 'read'] as const

/** @param cancelled by then */
const play = async (cancelled: Readonly<Record<string, boolean>> = {}) => {
  const played = await playFlow(rootCauseFlow, start, ({ name, input }): StepResult => {
    if (name === 'ai-plan-root-cause') return { done: { sources: outcomes.length } }
    if (name === 'ai-read-root-cause-source')
      return { done: { outcome: outcomes[(input as { position: number }).position] ?? 'read' } }
    return { done: name === 'flow-finish' ? null : { cancelled: cancelled[name] ?? false } }
  })
  return { ...played, names: played.attempts.map(({ name }) => name) }
}

describe('the flow of a search for a root cause', () => {
  it('counts whatever it has not read, for whatever reason', async () => {
    const { output } = await play()
    expect(output).toEqual({ sources: 5, unread: 3 })
  })

  it('writes nothing once it is cancelled', async () => {
    const { output, names } = await play({ 'ai-report-root-cause': true })
    expect(output).toEqual({ cancelled: true })
    expect(names).not.toContain('ai-write-root-cause')
  })
})
