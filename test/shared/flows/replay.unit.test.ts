// That replays of a recorded history pass for the code that made it, and fail for code that asks for something else.
import { randomUUID } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import type { Flow, OrchestrationDefinition } from '../../../shared/triggers/orchestration.ts'
import { type Recording, replay } from '../../support/replay.ts'
import { addUp, doubleItem, readPlan } from './journey/activities.ts'
import { journeyFlow } from './journey/orchestration.ts'
import recordedHistory from './journey/recorded-history.json' with { type: 'json' }

const recording = recordedHistory as unknown as Recording

const changed = (handler: OrchestrationDefinition['handler']): OrchestrationDefinition => ({ ...journeyFlow, handler })

/** As the flow that was recorded, with a place for each plant. */
const planted = (
  plant: {
    readonly input?: (item: number, flow: Flow) => number
    readonly atOnce?: (flow: Flow) => number
    readonly addsFirst?: boolean
    readonly extraStep?: boolean
    readonly addsUp?: boolean
    readonly result?: (flow: Flow) => string
  } = {},
): OrchestrationDefinition =>
  changed(function* (flow) {
    const { items } = yield* flow.call(readPlan, {})
    if (plant.addsFirst) yield* flow.call(addUp, { numbers: items })
    if (plant.extraStep) yield* flow.call(readPlan, {})
    const inputs = items.map((item) => ({ item: plant.input?.(item, flow) ?? item }))
    const numbers = yield* flow.callEach(doubleItem, inputs, { atOnce: plant.atOnce?.(flow) ?? 2 })
    if (plant.addsUp === false) return { sum: 12, addedAt: flow.now().toISOString() }
    const sum = yield* flow.call(addUp, { numbers: [...numbers] })
    return { sum, addedAt: plant.result?.(flow) ?? flow.now().toISOString() }
  })

describe('a replay of a recorded history', () => {
  it('passes for the orchestration that was recorded, also as a plain copy of it', async () => {
    expect(await replay(journeyFlow, recording)).toBeGreaterThan(10)
    expect(await replay(planted(), recording)).toBeGreaterThan(10)
  })

  it.each([
    ['a change of order', planted({ addsFirst: true }), 'step 2'],
    ['a step that is new', planted({ extraStep: true }), 'step 2'],
    ['a step that is gone', planted({ addsUp: false }), 'step 5'],
    ['another input', planted({ input: (item) => item + 1 }), 'step 2'],
    ['a change of what runs at once', planted({ atOnce: () => 3 }), 'step 4'],
    ['the clock in an input', planted({ input: () => Date.now() }), 'step 2'],
    ['the clock in a decision', planted({ atOnce: () => (new Date().getFullYear() > 2100 ? 3 : 2) }), 'step 4'],
    ['the clock in the result', planted({ result: () => new Date().toISOString() }), 'differs at'],
    ['chance in a decision', planted({ atOnce: () => (Math.random() > 0.5 ? 3 : 2) }), 'step 4'],
    ['chance in the result', planted({ result: () => randomUUID() }), 'differs at'],
  ])('fails for %s', async (_plant, definition, where) => {
    await expect(replay(definition, recording)).rejects.toThrow(where)
  })

  it('says what was recorded and what was asked for instead', async () => {
    await expect(replay(planted({ addsFirst: true }), recording)).rejects.toThrow(
      /^test-journey-flow, replayed up to event \d+, differs at step 2\. Recorded: .*test-double-item.*Replayed: .*test-add-up/,
    )
  })

  it('fails for the recording of another orchestration', async () => {
    await expect(replay({ ...journeyFlow, name: 'other-flow' }, recording)).rejects.toThrow('of test-journey-flow')
  })
})
