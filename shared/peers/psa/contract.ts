// The wire between this suite and The One PSA, version 1: what all its operations share. Tickets, agents and projects have files of
// their own. What this suite reads of the answers is in `answers.ts`.
import * as z from 'zod'
import { userHeader } from '../user-read/contract.ts'

/** Request headers of every call. The tenant is checked by PSA against those that the integration key may act for (403). */
export const psaHeaders = { key: 'X-Integration-Key', tenant: 'X-Tenant-Id', user: userHeader } as const

/** Longest texts in UTF-16 code units, and most items in lists. */
export const psaLimits = {
  externalReference: 128,
  title: 200,
  description: 20_000,
  noteText: 10_000,
  noteReference: 128,
  links: 20,
  relatedTickets: 50,
  /** Tickets or agents that one read by ids may ask for. */
  idsPerRead: 100,
  /** Agents or tickets on a page, when the reader does not say, and at most. */
  pageSize: 100,
  pageSizeMax: 500,
} as const

export const UtcTime = z.iso.datetime()

/** Which page of a list: the first one without a cursor. */
export const PsaPageRequest = z.strictObject({
  /** `psaLimits.pageSize` when left out. */
  limit: z.int().min(1).max(psaLimits.pageSizeMax).optional(),
  /** `nextCursor` of the page before. */
  cursor: z.string().min(1).max(1_000).optional(),
})
export type PsaPageRequest = Readonly<z.infer<typeof PsaPageRequest>>

/** The end of a page. */
export const PageEnd = z.object({
  /** Missing on the last page. */
  nextCursor: z.string().min(1).max(1_000).optional(),
})

/** Answer of `GET /v1/health`, which asks for a valid key too. */
export const PsaHealth = z.object({ status: z.literal('ok'), version: z.string() })
export type PsaHealth = z.infer<typeof PsaHealth>

/** RFC 9457 problem document: the body of every status from 400 on. */
export const PsaProblem = z.object({
  type: z.string().optional(),
  title: z.string(),
  status: z.int(),
  detail: z.string().optional(),
})
export type PsaProblem = z.infer<typeof PsaProblem>
