// The rotation of one key (KEY-2, KEY-3): end what is suspected, create, register, test, promote, wait for proof of use, retire.
import type { Task } from 'durable-functions'
import type { OutputOf } from '../../../shared/triggers/activity.ts'
import { attemptOf } from '../../../shared/flows/attempts.ts'
import { type Flow, orchestration } from '../../../shared/triggers/orchestration.ts'
import {
  cancelKeyStep,
  createKeyStep,
  lookAtKeyStep,
  promoteKeyStep,
  registerKeyStep,
  retireKeyStep,
  revokeKeyStep,
  testKeyStep,
} from './activities.ts'
import { keyRotationFlowName } from './flow-name.ts'

/** Four a day for 14 days, and those that a time of its own asks for. */
const looksMax = 80

export const keyRotationFlow = orchestration({
  name: keyRotationFlowName,
  summary: 'Replaces one key by a new one, so that neither side ever is without a key that works',
  integration: 'suite→keys',
  operation: 'rotate a key',
  handler: function* rotate(flow) {
    const { id: rotationId } = attemptOf(flow.requestId)
    for (const [step, activity] of [
      ['revoke', revokeKeyStep],
      ['create', createKeyStep],
      ['register', registerKeyStep],
      ['test', testKeyStep],
      ['promote', promoteKeyStep],
    ] as const) {
      flow.progress({ step })
      const { integration } = yield* flow.call(activity, { rotationId })
      // Each key is registered with another product: that one goes well says nothing of the others.
      if (step === 'revoke') flow.about(integration)
    }
    flow.progress({ step: 'wait' })
    const next = yield* waitForAdoption(flow, rotationId)
    if (next === 'retire') yield* flow.call(retireKeyStep, { rotationId })
    if (next === 'cancel') yield* flow.call(cancelKeyStep, { rotationId })
    return { step: next }
  },
})

function* waitForAdoption(flow: Flow, rotationId: string): Generator<Task, 'retire' | 'cancel' | 'over', unknown> {
  for (let look = 0; look < looksMax; look += 1) {
    const { next, at }: OutputOf<typeof lookAtKeyStep> = yield* flow.call(lookAtKeyStep, { rotationId })
    if (next !== 'wait') return next
    if (at !== null) yield* flow.sleepUntil(at)
  }
  // The hard stop has passed long ago.
  return 'retire'
}
