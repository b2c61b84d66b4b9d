// How the events of Claude are read.
import { expect, it } from 'vitest'
import { anthropicWire } from '../../../../shared/ai/providers/anthropic-wire.ts'
import { newWireState } from '../../../../shared/ai/providers/wire.ts'

it('counts what was written into the cache and what was read from it as parts of the prompt', () => {
  const state = newWireState()
  const usage = {
    input_tokens: 5,
    cache_read_input_tokens: 100,
    cache_creation_input_tokens: 1_000,
    output_tokens: 1,
  }
  anthropicWire.read(state, JSON.stringify({ type: 'message_start', message: { usage } }))
  expect(state.usage).toMatchObject({ prompt: 1_105, cached: 100, answer: 1 })
})
