// The schema of the RFC 9457 problem document, for the OpenAPI document: a call that fails needs no schema to say so.
import * as z from 'zod'
import { products } from '../peers/hub/vocabulary.ts'

/** The body of every answer from 400 up. */
export const Problem = z
  .object({
    type: z.string().describe('Stable identifier of the kind of problem: urn:theonestack:problem:<code>'),
    title: z.string(),
    status: z.int(),
    detail: z.string().describe('What failed, on which input, and what to do'),
    correlationId: z.string().describe('Quote it to support: it identifies the request in the log'),
    errors: z
      .array(z.object({ path: z.string(), message: z.string() }))
      .optional()
      .describe('Every invalid input: its path and what is wrong with it'),
    settings: z.array(z.string()).optional().describe('Names of the settings that are missing or invalid'),
    peer: z.enum(products).or(z.string()).optional().describe('The product that refused or could not be reached'),
    operation: z.string().optional(),
    attempts: z.int().optional(),
    peerStatus: z.int().optional(),
    retryAfterSeconds: z.int().optional(),
    limit: z.string().optional().describe('Which limit of the AI tier is reached'),
    offers: z.array(z.string()).optional().describe('What can be bought'),
    buyAt: z.string().optional().describe('Where it can be bought'),
  })
  .meta({ id: 'Problem', description: 'RFC 9457 problem document' })
export type Problem = z.infer<typeof Problem>
