// The models of the compatible door: names that callers may use, each a class of models. Which deployment answers is a matter of settings.
import type { ModelClass } from '../../../shared/ai/providers/provider.ts'
import { AppError } from '../../../shared/errors.ts'

/** `claude-sonnet-4-5` is what The One Code has always asked for; it names a class, no model of a vendor. */
export const modelNames = {
  fast: 'fast',
  deep: 'deep',
  'claude-sonnet-4-5': 'deep',
} as const satisfies Readonly<Record<string, ModelClass>>

/** @throws AppError `not-found` */
export const modelClassOf = (name: string): ModelClass => {
  if (Object.hasOwn(modelNames, name)) return modelNames[name as keyof typeof modelNames]
  throw new AppError('not-found', `There is no such model. Ask for ${Object.keys(modelNames).join(', ')}.`)
}

/** In the form of the OpenAI API. */
export const modelOf = (id: string) => ({ id, object: 'model' as const, created: 0, owned_by: 'the-one-stack' })
