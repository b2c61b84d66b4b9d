// What a model would say: an answer that follows from the question alone, or the smallest JSON that fits the schema that is asked for.
import type { Behaviour } from './behaviour.ts'
import { orderIn, sourceIdsIn } from './obedience.ts'

export type Asked = {
  readonly prompt: string
  readonly question: string
  /** JSON Schema of the answer. */
  readonly schema?: Readonly<Record<string, unknown>>
  readonly ceiling: number
}

export type Answered = {
  readonly tokens: readonly string[]
  readonly reachedCeiling: boolean
  readonly promptTokens: number
}

export const answerTo = (asked: Asked, behaviour: Behaviour): Answered => {
  const text = textOf(asked, behaviour)
  const pieces = Array.from(text)
  const tokens: string[] = []
  for (let index = 0; index < pieces.length; index += behaviour.charactersPerToken)
    tokens.push(pieces.slice(index, index + behaviour.charactersPerToken).join(''))
  return {
    tokens: tokens.slice(0, asked.ceiling),
    reachedCeiling: tokens.length > asked.ceiling,
    promptTokens: Math.ceil(Buffer.byteLength(asked.prompt) / 4),
  }
}

const textOf = ({ prompt, question, schema }: Asked, { text, obeys }: Behaviour): string => {
  if (text !== undefined) return text
  if (obeys === 'prompt') return prompt
  if (obeys === 'question') return question
  if (obeys === 'orders') {
    const order = orderIn(prompt) ?? 'There is nothing to do.'
    if (!schema || /^\s*[{[]/.test(order)) return order
    return JSON.stringify(instanceOf(schema, 0, { text: order, evidence: sourceIdsIn(prompt).slice(0, 1) }))
  }
  if (schema) return JSON.stringify(instanceOf(schema, 0))
  return `This is an answer to a question of ${question.length} characters.`
}

type Schema = {
  readonly type?: string | readonly string[]
  readonly enum?: readonly unknown[]
  readonly const?: unknown
  readonly anyOf?: readonly Schema[]
  readonly properties?: Readonly<Record<string, Schema>>
  readonly items?: Schema
  readonly minItems?: number
  readonly minimum?: number
}

const levelsMax = 20

/** What stands in each text, and in each list of evidence; with it no list is empty. */
type Filling = { readonly text: string; readonly evidence: readonly string[] }

const instanceOf = (schema: Schema, level: number, filling?: Filling): unknown => {
  if (level > levelsMax) return null
  if (schema.const !== undefined) return schema.const
  if (schema.enum) return schema.enum[0]
  if (schema.anyOf) return instanceOf(schema.anyOf[0] ?? {}, level + 1, filling)
  const type = typeof schema.type === 'string' ? schema.type : schema.type?.[0]
  if (type === 'object')
    return Object.fromEntries(
      Object.entries(schema.properties ?? {}).map(([name, property]) => [
        name,
        name === 'evidence' && filling ? filling.evidence : instanceOf(property, level + 1, filling),
      ]),
    )
  if (type === 'array')
    return Array.from({ length: schema.minItems ?? (filling ? 1 : 0) }, () =>
      instanceOf(schema.items ?? {}, level + 1, filling),
    )
  if (type === 'integer' || type === 'number') return schema.minimum ?? 0
  return type === 'boolean' ? false : type === 'null' ? null : (filling?.text ?? 'text')
}
