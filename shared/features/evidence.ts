// Holds an answer to what the prompt has shown: an id that is not among the sources was invented, and so was a figure that none of the
// sources has which a sentence names as its evidence.
import type * as z from 'zod'
import type { Material } from '../ai/providers/provider.ts'
import { unsupportedFigures } from '../ai/safety/citations.ts'
import type { AnswerFault } from './feature.ts'

const namedMost = 20

type Rules = {
  readonly sources: readonly Material[]
  /** Whether the sentences beside the evidence may name only what stands in it. */
  readonly isGrounded: boolean
  readonly check?: ((answer: unknown) => readonly AnswerFault[]) | undefined
}

/** The schema, and that each member `evidence`, wherever it is, names sources alone. */
export const withEvidence = (schema: z.ZodType, { sources, isGrounded, check }: Rules): z.ZodType => {
  const texts = new Map(sources.map(({ id, text }) => [id, text]))
  return schema.check(({ value, issues }) => {
    const faults = statementsIn(value).flatMap((statement) => [
      ...inventedIds(statement, texts),
      ...(isGrounded ? inventedFigures(statement, texts) : []),
    ])
    for (const { path, message } of [...faults, ...(check?.(value) ?? [])])
      issues.push({ code: 'custom', input: value, path: [...path], message })
  })
}

/** An object with a member `evidence`. */
type Statement = {
  readonly path: readonly (string | number)[]
  readonly members: Readonly<Record<string, unknown>>
  readonly evidence: readonly string[]
}

const statementsIn = (value: unknown, path: readonly (string | number)[] = []): readonly Statement[] => {
  if (typeof value !== 'object' || value === null) return []
  if (Array.isArray(value)) return value.flatMap((item, index) => statementsIn(item, [...path, index]))
  const members = value as Readonly<Record<string, unknown>>
  const evidence = members['evidence']
  const own = Array.isArray(evidence)
    ? [{ path, members, evidence: evidence.filter((id) => typeof id === 'string') }]
    : []
  return [...own, ...Object.entries(members).flatMap(([name, member]) => statementsIn(member, [...path, name]))]
}

type Texts = ReadonlyMap<string, string>

const inventedIds = ({ path, evidence }: Statement, texts: Texts): readonly AnswerFault[] =>
  evidence.flatMap((id, index) =>
    texts.has(id)
      ? []
      : [
          {
            path: [...path, 'evidence', index],
            message: `is no id of a source. The sources are ${[...texts.keys()].slice(0, namedMost).join(', ')}`,
          },
        ],
  )

const inventedFigures = ({ path, members, evidence }: Statement, texts: Texts): readonly AnswerFault[] => {
  const shown = evidence.map((id) => `${id} ${wordsOf(texts.get(id) ?? '')}`)
  return Object.entries(members).flatMap(([name, member]) => {
    const invented = typeof member === 'string' ? unsupportedFigures(member, shown) : []
    return invented.length === 0
      ? []
      : [
          {
            path: [...path, name],
            message: `has ${invented.join(', ')}, which its evidence does not have. Leave it out`,
          },
        ]
  })
}

/** What a source of JSON says: a path in it is written there with twice as many backslashes as in a sentence. */
const wordsOf = (text: string): string => {
  if (!text.startsWith('{')) return text
  try {
    return leavesOf(JSON.parse(text)).join('\n')
  } catch {
    // Cut to its length, or no JSON at all.
    return `${text}\n${text.replaceAll('\\\\', '\\')}`
  }
}

const leavesOf = (value: unknown): readonly string[] => {
  if (typeof value !== 'object' || value === null) return [String(value)]
  return Object.values(value).flatMap(leavesOf)
}
