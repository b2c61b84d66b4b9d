// How much of what is invented in otherwise good answers the check refuses, and whether it lets the good answers through.
import { type Answerer, type WordyFeature, inputOf, wordyFeatures } from '../answerer.ts'
import { callsOf } from '../calls/call-measures.ts'
import { investigationsOf } from '../investigations/investigation-measures.ts'
import { invoicesOf } from '../invoices/invoice-measures.ts'
import { judgeOf } from '../judge.ts'
import type { Measure } from '../measure.ts'
import type { Part } from '../part.ts'
import { rootCausesOf } from '../root-causes/root-cause-measures.ts'
import { ticketInputs } from '../tickets/ticket-measures.ts'
import { forgeriesOf } from './forgeries.ts'
import { retold } from './retelling.ts'

const inputsOf = (name: WordyFeature, part: Part, max: number): readonly unknown[] => {
  switch (name) {
    case 'ticket-suggest':
      return ticketInputs(part, max).listed.map(({ input }) => input)
    case 'call-recap':
      return callsOf(part, max).map(({ input }) => input)
    case 'billing-explanation':
      return invoicesOf(part, max).map(({ input }) => input)
    case 'attack-narrative':
      return investigationsOf(part, max).map(({ input }) => input)
    case 'proposal-generate':
      return rootCausesOf(part, max).map(({ input }) => input)
  }
}

export type Escape = { readonly feature: WordyFeature; readonly kind: string }

type Tally = { refused: number; planted: number; passed: number; good: number }

/** @param onEscape hears of each invention that was let through */
export const measureAdversary = async (
  answerer: Answerer,
  part: Part,
  max: number,
  onEscape: (escape: Escape) => void,
): Promise<readonly Measure[]> => {
  const measures: Measure[] = []
  for (const feature of wordyFeatures) {
    const tally: Tally = { refused: 0, planted: 0, passed: 0, good: 0 }
    for (const [turn, raw] of inputsOf(feature, part, max).entries()) {
      const input = await inputOf(feature, raw)
      const judge = await judgeOf(feature, input)
      const answer = await answerer.ask(feature, raw)
      for (const good of [answer, retold(feature, answer, input)]) {
        if (good === undefined) continue
        tally.good += 1
        if (judge(good).length === 0) tally.passed += 1
        else onEscape({ feature, kind: `good answer refused: ${judge(good)[0]}` })
      }
      if (judge(answer).length > 0) continue
      for (const { kind, forge } of forgeriesOf(feature)) {
        const forged = forge(answer, input, turn)
        if (forged === undefined) continue
        tally.planted += 1
        if (judge(forged).length > 0) tally.refused += 1
        else onEscape({ feature, kind })
      }
    }
    measures.push(
      { feature, name: 'inventions refused', right: tally.refused, of: tally.planted, bar: 0.99 },
      { feature, name: 'good answers let through', right: tally.passed, of: tally.good, bar: 0.99 },
    )
  }
  return measures
}
