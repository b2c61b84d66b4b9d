// What stands between a model and a product: the schema of a feature, the gate, its sources, and its own check.
import { contextLinksOf } from '../shared/ai/safety/context-links.ts'
import { outputGate } from '../shared/ai/safety/output-gate.ts'
import { sealPrompt } from '../shared/ai/safety/sealed-prompt.ts'
import { withEvidence } from '../shared/features/evidence.ts'
import type { FeaturePrompt } from '../shared/features/feature.ts'
import { showing } from '../shared/features/shown-value.ts'
import { schemaOf } from '../shared/triggers/schema-source.ts'
import { featureNamed } from './answerer.ts'

/** For one input, as the feature has parsed it: says of an answer what is wrong with it, each fault with where it is. */
export type Judge = (answer: unknown) => readonly string[]

export const judgeOf = async (name: string, input: unknown): Promise<Judge> => {
  const feature = featureNamed(name)
  if (feature.output === 'text') throw new Error(`${name} answers in text.`)
  const prompt = (await feature.prompt()) as FeaturePrompt<unknown>
  const { material } = sealPrompt({ system: prompt.system, parts: prompt.parts(input) })
  const newGate = await outputGate()
  const ids = new Set(material.map(({ id }) => id))
  const check = await feature.check?.()
  const schema = withEvidence(await schemaOf(feature.output), {
    sources: material,
    shown: showing({ newGate, rules: { links: contextLinksOf([], []), form: 'text' }, ids }),
    isGrounded: feature.isGrounded ?? false,
    check: check && ((answer) => check(input as never, answer as never)),
  })
  return (answer) =>
    (schema.safeParse(answer).error?.issues ?? []).map(({ path, message }) => `${path.join('.')} ${message}`)
}
