// Whether an explanation of an invoice tells everything that is so, and no other figure.
import type { Answerer } from '../answerer.ts'
import { judgeOf } from '../judge.ts'
import type { Measure } from '../measure.ts'
import { type Part, inPart, spread } from '../part.ts'
import { type GoldFact, type InvoiceCase, invoiceCases } from './invoices.ts'

const feature = 'billing-explanation'

type Sentence = { readonly text: string; readonly evidence: readonly string[] }

export const invoicesOf = (part: Part, max: number): readonly InvoiceCase[] => spread(inPart(invoiceCases(), part), max)

export const measureInvoices = async (answerer: Answerer, part: Part, max: number): Promise<readonly Measure[]> => {
  const told = []
  let passed = 0
  const cases = invoicesOf(part, max)
  for (const { input, facts } of cases) {
    const answer = (await answerer.ask(feature, input)) as { readonly sentences: readonly Sentence[] }
    if ((await judgeOf(feature, input))(answer).length === 0) passed += 1
    told.push({ facts, sentences: answer.sentences })
  }
  const figures = told.flatMap(({ facts, sentences }) =>
    sentences.flatMap((sentence) => figuresOf(sentence.text).map((figure) => isOf(figure, sentence, facts))),
  )
  const facts = told.flatMap((one) => one.facts.map((fact) => isTold(fact, one.sentences)))
  const slips = told.flatMap((one) =>
    one.facts.filter(({ id }) => /^(?:amount|sum):/.test(id)).map((fact) => isTold(fact, one.sentences)),
  )
  const score = (name: string, ofThem: readonly boolean[]): Measure => ({
    feature,
    name,
    right: ofThem.filter(Boolean).length,
    of: ofThem.length,
    bar: 1,
  })
  return [
    score('figures equal to the source', figures),
    score('changes told with their figures', facts),
    score('contradictions told with their figures', slips),
    { feature, name: 'explanations that pass the check', right: passed, of: cases.length, bar: 1 },
  ]
}

/** Numbers, without months (2026-11) and what is part of a name (l2). */
const figuresOf = (text: string): readonly string[] =>
  text.replaceAll(/\b\d{4}-\d{2}\b/g, ' ').match(/(?<![\w.-])\d+(?:[.,]\d+)*/g) ?? []

const valueOf = (figure: string): number => Number(figure.replaceAll(',', ''))

/** It is a figure of one of the facts that the sentence names. */
const isOf = (figure: string, { evidence }: Sentence, facts: readonly GoldFact[]): boolean =>
  facts.some(({ id, figures }) => evidence.includes(id) && figures.some((other) => valueOf(other) === valueOf(figure)))

const isTold = ({ id, figures }: GoldFact, sentences: readonly Sentence[]): boolean => {
  const said = sentences.filter(({ evidence }) => evidence.includes(id)).flatMap(({ text }) => figuresOf(text))
  return figures.every((figure) => said.some((other) => valueOf(other) === valueOf(figure)))
}
