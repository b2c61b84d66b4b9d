// Holds an answer to what the prompt has shown: an id that is not among the sources was invented, and so was a figure that none of the
// sources has which a sentence names as its evidence. What is judged is what will be shown as well: two halves of a word are one once the marks
// between them are gone.
import { isDeepStrictEqual } from 'node:util'
import type * as z from 'zod'
import type { Material } from '../ai/providers/provider.ts'
import { type FiguresTold, figuresBeyond, figuresTold } from '../ai/safety/citations.ts'
import type { AnswerFault } from './feature.ts'
import { asRead, withStrings } from './shown-value.ts'

const namedMost = 20

type Rules = {
  readonly sources: readonly Material[]
  /** Whether the sentences beside the evidence may name only what stands in it. */
  readonly isGrounded: boolean
  readonly check?: ((answer: unknown) => readonly AnswerFault[]) | undefined
  readonly shown: (answer: unknown) => unknown
  /** Puts back numbers that did not leave: the sources have them. */
  readonly restore?: (text: string) => string
}

/**
 * The schema, and that each member `evidence`, wherever it is, names sources alone. Its output is as it may be shown, and fits the schema
 * so as well.
 */
export const withEvidence = (schema: z.ZodType, rules: Rules): z.ZodType => {
  const { sources, isGrounded, check, shown, restore = (text) => text } = rules
  const texts = new Map(sources.map(({ id, text }) => [id, text]))
  const told = new Map<string, FiguresTold>()
  // Many sentences rest on one source: it is read once.
  const toldBy: ToldBy = (id) => {
    const known = told.get(id) ?? figuresTold(`${id} ${wordsOf(texts.get(id) ?? '')}`)
    if (texts.has(id)) told.set(id, known)
    return known
  }
  const faultsOf = (answer: unknown): readonly AnswerFault[] => [
    ...statementsIn(answer).flatMap((statement) => [
      ...inventedIds(statement, texts),
      ...(isGrounded ? inventedFigures(statement, toldBy) : []),
    ]),
    ...(check?.(answer) ?? []),
  ]
  return schema.check((payload) => {
    const written = withStrings(payload.value, restore)
    const value = shown(payload.value)
    payload.value = value
    // What may not be shown is out of it: a text may be empty now, or longer than it may be.
    for (const { path, message } of schema.safeParse(value).error?.issues ?? [])
      payload.issues.push({ code: 'custom', input: value, path, message })
    // An invented link is refused although nobody would see it.
    const faults = faultsOf(written)
    const seen = asRead(value)
    const further = faults.length > 0 || isDeepStrictEqual(seen, written) ? [] : faultsOf(seen)
    for (const { path, message } of [...faults, ...further])
      payload.issues.push({ code: 'custom', input: value, path: [...path], message })
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

type ToldBy = (sourceId: string) => FiguresTold

const inventedFigures = ({ path, members, evidence }: Statement, toldBy: ToldBy): readonly AnswerFault[] => {
  const shown = evidence.map(toldBy)
  return Object.entries(members).flatMap(([name, member]) => {
    const invented = typeof member === 'string' ? figuresBeyond(member, shown) : []
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
