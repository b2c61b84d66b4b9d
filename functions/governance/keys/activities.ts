// The steps of the rotation of a key. Each can be repeated, also beside another that does the same, and loads its work when it first runs.
import type { HandlerTools } from '../../../shared/triggers/handler-tools.ts'
import { type FlowIdentity, activity } from '../../../shared/triggers/activity.ts'
import type { StepTools } from './rotation-step.ts'
import type { KeyRotation } from './rotation-table.ts'

const contract = () => import('./step-contract.ts')
const creation = () => import('./rotation-creation.ts')
const showing = () => import('./rotation-showing.ts')
const completion = () => import('./rotation-completion.ts')
const needs = ['DATA_STORAGE', 'KEY_VAULT', 'AUDIT_SIGNING_KEY'] as const
const uses = { rotatesKeys: true } as const

type Step = HandlerTools & FlowIdentity & { readonly input: { readonly rotationId: string } }

const rotationOf = async ({ store, tenantId, input: { rotationId } }: Step): Promise<KeyRotation> => {
  const { requireRotation } = await import('./rotation-begin.ts')
  return requireRotation(store, { tenantId, rotationId })
}

/** What is over is left alone, whatever another orchestration of the same rotation asks for. */
const stepThrough = async (
  step: Step,
  work: (tools: StepTools, rotation: KeyRotation) => Promise<KeyRotation>,
): Promise<{ integration: string; newKeyId: string | null }> => {
  const rotation = await rotationOf(step)
  const { integration, newKeyId } = rotation.endedAt === undefined ? await work(step, rotation) : rotation
  return { integration, newKeyId: newKeyId ?? null }
}

const shape = { needs, uses, contract, input: 'StepInput', returns: 'StepResult' } as const

export const revokeKeyStep = activity({
  name: 'ai-revoke-suspected-key',
  summary: 'Ends a suspected key at its verifier',
  ...shape,
  handler: async (step) => stepThrough(step, (await creation()).revokeSuspected),
})

export const createKeyStep = activity({
  name: 'ai-create-rotated-key',
  summary: 'Makes the new key of a rotation, once',
  ...shape,
  handler: async (step) => stepThrough(step, (await showing()).createUnlessUnseen),
})

export const registerKeyStep = activity({
  name: 'ai-register-rotated-key',
  summary: 'Registers the new key with the product that verifies it or calls with it',
  ...shape,
  handler: async (step) => stepThrough(step, (await creation()).registerNewKey),
})

export const testKeyStep = activity({
  name: 'ai-test-rotated-key',
  summary: 'Tries the new key at its verifier',
  ...shape,
  handler: async (step) => stepThrough(step, (await creation()).testNewKey),
})

export const promoteKeyStep = activity({
  name: 'ai-promote-rotated-key',
  summary: 'Makes the new key the one to call with, and sets the end of the old one',
  ...shape,
  handler: async (step) => stepThrough(step, (await creation()).promoteNewKey),
})

export const lookAtKeyStep = activity({
  name: 'ai-look-at-key-adoption',
  summary: 'Looks whether the consumer is on the new key, and names it when it is late',
  needs,
  uses,
  contract,
  input: 'StepInput',
  returns: 'LookResult',
  handler: async (step) => {
    const rotation = await rotationOf(step)
    if (rotation.endedAt !== undefined) return { next: 'over' as const, at: null }
    const look = await (await completion()).lookAtAdoption(step, rotation)
    return { next: look.next, at: look.next === 'wait' ? look.at : null }
  },
})

export const retireKeyStep = activity({
  name: 'ai-retire-rotated-key',
  summary: 'Retires the old key everywhere',
  ...shape,
  handler: async (step) => stepThrough(step, (await completion()).retireOldKey),
})

export const cancelKeyStep = activity({
  name: 'ai-cancel-key-rotation',
  summary: 'Ends a rotation whose new key was revoked',
  ...shape,
  handler: async (step) => stepThrough(step, (await completion()).cancelRotation),
})
