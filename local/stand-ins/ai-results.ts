// The results of the AI Platform that a stand-in keeps beside its records: an available one stands, an unavailable one is replaced.
import { z } from 'zod'
import { type Answer, type Route, problem } from './http-exchange.ts'
import { openJournalIn } from './journal.ts'
import { type Control, controlRoute } from './stand-in-control.ts'

const Draft = z.looseObject({ reference: z.string(), state: z.enum(['available', 'unavailable']) })
const Kept = z.strictObject({
  tenantId: z.string(),
  id: z.string(),
  /** Where a record has more than one kind of result. */
  kind: z.string().optional(),
  /** How often something was put that was not there before. */
  changes: z.int().min(1),
  result: Draft,
})
const ResultChange = z.discriminatedUnion('change', [
  z.strictObject({ change: z.literal('kept'), ...Kept.shape }),
  z.strictObject({ change: z.literal('reset'), tenantId: z.string().optional() }),
])
export type KeptResult = z.infer<typeof Kept>

type Place = { readonly tenantId: string; readonly id: string; readonly kind?: string | undefined }

/** @param name of the product and the kind of result: `defend-narratives` */
export const openAiResults = (name: string, dataFolder: string | undefined) => {
  const { journal, entries } = openJournalIn(dataFolder, `${name}.jsonl`, ResultChange)
  const results = new Map<string, KeptResult>()
  const apply = (change: z.infer<typeof ResultChange>): void => {
    if (change.change === 'kept') {
      const { change: _, ...kept } = change
      results.set(keyOf(kept), kept)
    } else
      for (const [key, { tenantId }] of results)
        if (change.tenantId === undefined || change.tenantId === tenantId) results.delete(key)
  }
  for (const change of entries) apply(change)
  journal.rewrite([...results.values()].map((kept) => ({ change: 'kept', ...kept })))
  const record = (change: z.infer<typeof ResultChange>): void => {
    journal.append(change)
    apply(change)
  }

  const receiptOf = ({ result: { reference, state } }: KeptResult) => ({ reference, state })
  return {
    get: (place: Place, isThere: boolean): Answer => {
      const kept = results.get(keyOf(place))
      return isThere && kept ? { status: 200, body: receiptOf(kept) } : problem(404, 'There is no such result')
    },
    put: (place: Place, isThere: boolean, result: z.infer<typeof Draft>): Answer => {
      if (!isThere) return problem(404, 'There is no such record')
      const known = results.get(keyOf(place))
      const stands = known && (known.result.state === 'available' || isSame(known.result, result))
      if (stands) return { status: 200, body: receiptOf(known) }
      const kept = { ...place, changes: (known?.changes ?? 0) + 1, result }
      record({ change: 'kept', ...kept })
      return { status: 201, body: receiptOf(kept) }
    },
    of: (place: Place): KeptResult | undefined => results.get(keyOf(place)),
    control: [
      controlRoute('GET', '/_control/ai-results', ({ tenantId }) => ({
        status: 200,
        body: { results: [...results.values()].filter((kept) => tenantId === undefined || kept.tenantId === tenantId) },
      })),
    ] satisfies readonly Route<Control>[],
    reset: (tenantId?: string): void => record({ change: 'reset', ...(tenantId !== undefined && { tenantId }) }),
    close: journal.close,
  }
}
export type AiResults = ReturnType<typeof openAiResults>

const keyOf = ({ tenantId, id, kind }: Place): string => JSON.stringify([tenantId, id, kind])
const isSame = (one: object, other: object): boolean => JSON.stringify(one) === JSON.stringify(other)
