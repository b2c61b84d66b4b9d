// What is told wrongly in the explanation of an invoice: figures that are there, in each other's place or by another measure.
import { type Evidenced, type Forgery, forgery, inventedId, onOne } from './forgery.ts'

type Explanation = { sentences: ({ text: string } & Evidenced)[] }

const rewritten = (kind: string, change: (text: string) => string): Forgery =>
  forgery(kind, ({ sentences }: Explanation, _input, turn) => {
    const places = sentences.filter(({ text }) => change(text) !== text)
    return onOne(places, turn, (one) => (one.text = change(one.text)))
  })

const swapped = (text: string): string =>
  text.replace(
    /^(The total of \S+ is )(\w{3} \S+)(; the total of \S+ was )(\w{3} [\d.]+)/,
    (_, now: string, one: string, before: string, other: string) => now + other + before + one,
  )

export const billForgeries: readonly Forgery[] = [
  inventedId(({ sentences }: Explanation) => sentences),
  forgery('change left out', ({ sentences }: Explanation, _input, turn) =>
    sentences.length > 1 ? sentences.splice(turn % sentences.length, 1).length > 0 : false,
  ),
  rewritten("totals in each other's place", swapped),
  rewritten('more told as less', (text) => text.replace(/ more\.$/, ' less.')),
  rewritten('less told as more', (text) => text.replace(/ less\.$/, ' more.')),
  rewritten('another currency', (text) => text.replace(/\b(?:EUR|USD|GBP)(?= \d)/, 'CHF')),
  rewritten('a sign', (text) => text.replace(/(?<=\b(?:EUR|USD|GBP) )(?=\d)/, '-')),
  rewritten('a share', (text) => text.replace(/\b(?:EUR|USD|GBP) (\d+\.\d+)/, '$1 %')),
  rewritten('thousands', (text) => `${text} All in thousands.`),
  rewritten('evidence that says nothing', () => 'All is well.'),
]
