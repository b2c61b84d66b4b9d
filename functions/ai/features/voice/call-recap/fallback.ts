// The recap of a call word for word: the sentences that say most, and those in which somebody takes something on. For when no model can be asked.
import type * as z from 'zod'
import { actionItemsOf } from '../../../../../shared/ai/offline/action-items.ts'
import { summaryOf } from '../../../../../shared/ai/offline/summary.ts'
import type { CallRecap, CallRecapInput } from './contract.ts'

const sentencesMax = 6
const itemsMax = 30

export const fallback = ({ segments }: z.output<typeof CallRecapInput>): z.input<typeof CallRecap> => {
  const moments = new Map(segments.map(({ id, at }) => [id, at]))
  return {
    summary: summaryOf(segments, sentencesMax).map(({ id, sentence }) => ({ sentence, evidence: [id] })),
    actionItems: actionItemsOf(segments, itemsMax).map(({ id, what, owner, due }) => ({
      what,
      owner,
      due,
      at: moments.get(id) ?? 0,
      evidence: [id],
    })),
  }
}
