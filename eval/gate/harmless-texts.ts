// What technicians write and no gate should touch: sentences and blocks written by hand, and answers put together from them.
import { readFileSync } from 'node:fs'
import { type Random, randomOf } from '../random.ts'

const fields = ['code', 'figures', 'file-names', 'languages', 'links', 'marks', 'paths', 'words'] as const

export type HarmlessText = { readonly kind: (typeof fields)[number] | 'blocks' | 'answers'; readonly text: string }

const answersMax = 120

/** Each once. */
export const harmlessTexts = (): readonly HarmlessText[] => {
  const lines = fields.flatMap((kind) => read(kind, '\n').map((text): HarmlessText => ({ kind, text })))
  const blocks = read('blocks', '\n%%\n').map((text): HarmlessText => ({ kind: 'blocks', text }))
  // A mark at the beginning of a line would be another one in the middle.
  const sentences = lines.filter(({ kind }) => kind !== 'marks').map(({ text }) => text)
  const random = randomOf(4_711)
  const answers = Array.from({ length: answersMax }, (_, turn) => answerOf(sentences, turn, random))
  const texts = [...lines, ...blocks, ...answers.map((text): HarmlessText => ({ kind: 'answers', text }))]
  return [...new Map(texts.map((one) => [one.text, one])).values()]
}

const read = (name: string, between: string): readonly string[] =>
  readFileSync(new URL(`harmless/${name}.txt`, import.meta.url), 'utf8')
    .replace(/\n$/, '')
    .split(between)

const answerOf = (sentences: readonly string[], turn: number, random: Random): string => {
  const form = forms[turn % forms.length] ?? random.pick(forms)
  return form(() => random.pick(sentences), random)
}

type Form = (next: () => string, random: Random) => string

const headings = ['Cause', 'What was done', 'Open', 'Ursache', 'Next steps', 'Evidence'] as const
const leads = ['Note', 'Cause', 'Result', 'Wichtig', 'For the customer', 'Since then'] as const

/** Sentences that may stand there: of lists and tables, those that begin with no mark of their own. */
const inner = (next: () => string, isFit: (sentence: string) => boolean = () => true): string => {
  for (;;) {
    const sentence = next()
    if (/^["\p{L}\p{N}`[]/u.test(sentence) && !/^\d+\./.test(sentence) && isFit(sentence)) return sentence
  }
}

const forms: readonly Form[] = [
  (next, random) => `## ${random.pick(headings)}\n\n${inner(next)}\n\n- ${inner(next)}\n- ${inner(next)}`,
  (next, random) =>
    `**${random.pick(leads)}:** ${inner(next)}\n\n1. ${inner(next)}\n2. ${inner(next)}\n   - ${inner(next)}`,
  (next) => `> ${inner(next)}\n> ${inner(next)}\n\n${inner(next)}`,
  (next, random) => {
    const cell = (): string => inner(next, (sentence) => !sentence.includes('|'))
    return `| ${random.pick(headings)} | ${random.pick(leads)} |\n| --- | --- |\n| ${cell()} | ${cell()} |\n| ${cell()} | 4711 |`
  },
  (next) => `${inner(next)} ${inner(next)} ${inner(next)}`,
  (next, random) => `### ${random.pick(headings)}\n${inner(next)}\n\n---\n\n*${random.pick(leads)}*: ${inner(next)}`,
]
