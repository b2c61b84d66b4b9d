// What stands between a model and a product: the schema of a feature, its sources, and its own check.
import { sealPrompt } from '../shared/ai/safety/sealed-prompt.ts'
import { withEvidence } from '../shared/features/evidence.ts'
import type { FeaturePrompt } from '../shared/features/feature.ts'
import { schemaOf } from '../shared/triggers/schema-source.ts'
import { featureNamed } from './answerer.ts'

/** For one input, as the feature has parsed it: says of an answer what is wrong with it, each fault with where it is. */
export type Judge = (answer: unknown) => readonly string[]

export const judgeOf = async (name: string, input: unknown): Promise<Judge> => {
  const feature = featureNamed(name)
  if (feature.output === 'text') throw new Error(`${name} answers in text.`)
  const prompt = (await feature.prompt()) as FeaturePrompt<unknown>
  const { material } = sealPrompt({ system: prompt.system, parts: prompt.parts(input) })
  const check = await feature.check?.()
  const schema = withEvidence(await schemaOf(feature.output), {
    sources: material,
    isGrounded: feature.isGrounded ?? false,
    check: check && ((answer) => check(input as never, answer as never)),
  })
  return (answer) =>
    (schema.safeParse(answer).error?.issues ?? []).map(({ path, message }) => `${path.join('.')} ${message}`)
}
