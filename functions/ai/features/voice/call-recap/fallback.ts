// The recap of a call word for word: the sentences that say most, and those in which somebody takes something on. For when no model can be asked.
import type * as z from 'zod'
import { actionItemsOf } from '../../../../../shared/ai/offline/action-items.ts'
import { summaryOf } from '../../../../../shared/ai/offline/summary.ts'
import type { CallRecap, CallRecapInput } from './contract.ts'
import { hasMatter, isComplaint, isCourtesy } from './courtesy.ts'
import { english } from './english.ts'
import { german } from './german.ts'

const sentencesMax = 6
const sentenceLengthMax = 600
const itemsMax = 30

type Input = z.output<typeof CallRecapInput>
type Recap = z.input<typeof CallRecap>

export const fallback = ({ segments }: Input): Recap => {
  const moments = new Map(segments.map(({ id, at }) => [id, at]))
  const told = summaryOf(segments, sentencesMax, { isLeftOut: isCourtesy, isMatter: isComplaint })
  return {
    summary: told.length > 0 ? told.map(({ id, sentence }) => ({ sentence, evidence: [id] })) : beginningOf(segments),
    actionItems: actionItemsOf(segments, itemsMax, [english, german]).map(({ id, what, owner, due }) => ({
      what,
      owner,
      due,
      at: moments.get(id) ?? 0,
      evidence: [id],
    })),
  }
}

/** Where nothing is a sentence, as in a transcript without points: as much as fits of the first line that says something. */
const beginningOf = (segments: Input['segments']): Recap['summary'] =>
  segments
    .filter(({ text }) => hasMatter([text]))
    .slice(0, 1)
    .map(({ id, text }) => ({ sentence: text.trim().slice(0, sentenceLengthMax).trim(), evidence: [id] }))
