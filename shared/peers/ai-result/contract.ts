// What the products have in common that keep a result of the AI Platform beside a record: it is put there under a reference, and stands once.
import * as z from 'zod'
import { NoSuchRecord } from '../user-read/contract.ts'

/** Unique for the record and the kind of result. */
const reference = z.string().min(1).max(128)

/** Why there is none. `no_model`: none is set up that could make it. `failed`: it is tried again, and then replaced. */
export const unavailableReasons = ['opted_out', 'no_tier', 'no_evidence', 'no_model', 'failed'] as const

/**
 * Body of `PUT …`: the content, or the words that a person reads instead. An available one stands: whatever is put after it changes nothing.
 * An unavailable one is replaced by whatever is put after it.
 */
export const aiResultDraft = <Content extends z.ZodRawShape>(content: Content) =>
  z.discriminatedUnion('state', [
    z.strictObject({
      state: z.literal('available'),
      reference,
      ...content,
      /** The model that wrote it; `embedded` or `rules` when none was asked. */
      model: z.string().min(1).max(200),
      /** To be shown beside it: it was made by no model. */
      label: z.string().min(1).max(500).optional(),
      promptVersion: z.string().min(1).max(50),
      /** Evidence that was left out, because there was more than can be read. */
      leftOut: z.int().min(0),
      madeAt: z.iso.datetime(),
    }),
    z.strictObject({
      state: z.literal('unavailable'),
      reference,
      text: z.string().min(1).max(200),
      reason: z.enum(unavailableReasons),
    }),
  ])

/** Answer of `GET …` and of `PUT …`: what stands there now. */
export const AiResultReceipt = z.object({ reference, state: z.enum(['available', 'unavailable']) })

/** 201: it stands there now and did not before. 200: an available one stands there, or the same words. */
export const aiResultPutAnswers = { 200: AiResultReceipt, 201: AiResultReceipt, 404: NoSuchRecord } as const
export const aiResultGetAnswers = { 200: AiResultReceipt, 404: NoSuchRecord } as const
