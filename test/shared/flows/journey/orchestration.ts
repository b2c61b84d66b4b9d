// The flow of these tests: reads a plan, doubles each of its numbers two at a time, and adds them up.
import { FlowFailure } from '../../../../shared/flows/flow-failure.ts'
import { orchestration } from '../../../../shared/triggers/orchestration.ts'
import { addUp, doubleItem, readPlan } from './activities.ts'

export const journeyFlow = orchestration({
  name: 'test-journey-flow',
  summary: 'Doubles numbers and adds them up',
  integration: 'suite→flows',
  operation: 'journey',
  handler: function* (flow) {
    const { items, isForgiving } = yield* flow.call(readPlan, {})
    flow.progress({ step: 'doubling', of: items.length })
    const inputs = items.map((item) => ({ item }))
    const numbers = yield* flow.callEach(doubleItem, inputs, { atOnce: 2 })
    flow.progress({ step: 'adding', of: items.length })
    try {
      const sum = yield* flow.call(addUp, { numbers: [...numbers] })
      return { sum, addedAt: flow.now().toISOString() }
    } catch (error) {
      if (!isForgiving || !(error instanceof FlowFailure)) throw error
      return { cancelled: true, reason: error.code }
    }
  },
})
