// How well the recap of a call finds what has to be done, and whether it says only what was said.
import type { Answerer } from '../answerer.ts'
import type { Measure } from '../measure.ts'
import { type Part, inPart, spread } from '../part.ts'
import { type Call, type GoldItem, calls } from './calls.ts'

const feature = 'call-recap'

type Item = {
  readonly what: string
  readonly owner: string | null
  readonly due: string | null
  readonly evidence: readonly string[]
}
type Recap = {
  readonly summary: readonly { readonly sentence: string; readonly evidence: readonly string[] }[]
  readonly actionItems: readonly Item[]
}

export const callsOf = (part: Part, max: number): readonly Call[] => spread(inPart(calls(), part), max)

export const measureCalls = async (answerer: Answerer, part: Part, max: number): Promise<readonly Measure[]> => {
  const recaps = []
  for (const call of callsOf(part, max))
    recaps.push({ call, recap: (await answerer.ask(feature, call.input)) as Recap })
  const found = recaps.flatMap(({ call, recap }) => matched(call.items, recap.actionItems))
  const gold = recaps.reduce((sum, { call }) => sum + call.items.length, 0)
  const said = recaps.reduce((sum, { recap }) => sum + recap.actionItems.length, 0)
  const sentences = recaps.flatMap(({ call, recap }) =>
    recap.summary.map(({ sentence, evidence }) => ({ sentence, text: textOf(call, evidence) })),
  )
  const score = (name: string, right: number, of: number, bar?: number): Measure => ({ feature, name, right, of, bar })
  return [
    score('action items found', found.length, gold, 0.8),
    score('action items that are ones', found.length, said, 0.75),
    score('owner right, of those found', found.filter(isOwnerRight).length, found.length),
    score('deadline right, of those found', found.filter(isDueRight).length, found.length),
    ...(answerer.isVerbatim
      ? [
          score(
            'sentences word for word',
            sentences.filter(({ sentence, text }) => text.includes(sentence)).length,
            sentences.length,
            1,
          ),
        ]
      : []),
  ]
}

const textOf = ({ input }: Call, evidence: readonly string[]): string =>
  input.segments
    .filter(({ id }) => evidence.includes(id))
    .map(({ text }) => text)
    .join('\n')

type Match = { readonly gold: GoldItem; readonly item: Item }

/** One to one: an item that is told twice is right once. Of several in one place, those that share most words belong together. */
const matched = (gold: readonly GoldItem[], items: readonly Item[]): readonly Match[] => {
  const pairs = gold
    .flatMap((one) =>
      items
        .filter(({ evidence }) => evidence.some((id) => one.places.includes(id)))
        .map((item) => ({ gold: one, item, common: commonWords(one.what, item.what) })),
    )
    .toSorted((a, b) => b.common - a.common)
  const matches: Match[] = []
  for (const pair of pairs)
    if (!matches.some((match) => match.gold === pair.gold || match.item === pair.item)) matches.push(pair)
  return matches
}

const wordsOf = (text: string): ReadonlySet<string> => new Set(text.toLowerCase().match(/[\p{L}\p{N}]{4,}/gu) ?? [])

const commonWords = (one: string, other: string): number => {
  const words = wordsOf(other)
  return [...wordsOf(one)].filter((word) => words.has(word)).length
}

const isOwnerRight = ({ gold, item }: Match): boolean => gold.owners.includes(item.owner)

const isDueRight = ({ gold, item }: Match): boolean => gold.dues.map(plainDue).includes(plainDue(item.due))

/** "by Friday" and "Friday" are the same day. */
const plainDue = (due: string | null): string | null =>
  due === null
    ? null
    : due
        .toLowerCase()
        .replaceAll(/\b(?:by|on|until|before|the|at)\b/g, '')
        .replaceAll(/\s+/g, ' ')
        .trim()
