// Who answers a feature: its rules in this process, or whatever stands behind its door.
import { createGateway } from '@theone/ai-gateway/gateway'
import { features } from '../functions/ai/features/features.ts'
import type { Feature } from '../shared/features/feature.ts'
import { schemaOf } from '../shared/triggers/schema-source.ts'

/** Whose answers are in words of their own, in which something may be invented. */
export const wordyFeatures = [
  'ticket-suggest',
  'call-recap',
  'billing-explanation',
  'attack-narrative',
  'proposal-generate',
] as const
export type WordyFeature = (typeof wordyFeatures)[number]
export type FeatureName = WordyFeature | 'data-enrichment' | 'reply-suggest'

export type Answerer = {
  /** A model may say in its own words what the rules copy. */
  readonly isVerbatim: boolean
  readonly ask: (name: FeatureName, input: unknown) => Promise<unknown>
  /** Of each feature that was asked: which model and which version of the prompt answered, and how often. */
  readonly versions: () => readonly string[]
}

export const featureNamed = (name: string): Feature => {
  const found = features.find((feature) => feature.name === name)
  if (!found) throw new Error(`There is no feature ${name}. There are: ${features.map((one) => one.name).join(', ')}.`)
  return found
}

/** The input as the feature reads it, with what may be left out filled in. */
export const inputOf = async (name: FeatureName, input: unknown): Promise<unknown> =>
  (await schemaOf(featureNamed(name).input)).parse(input)

export const byRule = (): Answerer => {
  const counted = counter()
  return {
    isVerbatim: true,
    versions: counted.versions,
    ask: async (name, input) => {
      const feature = featureNamed(name)
      const [fallback, prompt] = await Promise.all([feature.fallback?.(), feature.prompt()])
      if (!fallback) throw new Error(`${name} has no rules.`)
      counted.add(name, 'rules', prompt.version)
      return fallback((await inputOf(name, input)) as never)
    },
  }
}

/** @param options `url` with `/api`; `key` an integration key of the AI Platform that may ask all of the features */
export const overHttp = (options: { readonly url: string; readonly key: string }): Answerer => {
  const gateway = createGateway(options)
  const counted = counter()
  return {
    isVerbatim: false,
    versions: counted.versions,
    ask: async (name, input) => {
      const { answer, model, promptVersion } = await gateway.ask(name, input as never)
      counted.add(name, model, promptVersion)
      return answer
    },
  }
}

const counter = () => {
  const counts = new Map<string, number>()
  return {
    add: (name: string, model: string, promptVersion: string): void => {
      const key = `${name}: ${model}, prompt ${promptVersion}`
      counts.set(key, (counts.get(key) ?? 0) + 1)
    },
    versions: () => [...counts].map(([key, count]) => `${key}: ${count} answers`),
  }
}
