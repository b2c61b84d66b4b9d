// What this suite reads of the answers about results that a product keeps.
import type * as z from 'zod'
import { needing, reading } from '../../schema/reading.ts'
import { NoSuchRecord } from '../user-read/contract.ts'
import { AiResultReceipt } from './contract.ts'

const ReadReceipt = reading(needing(AiResultReceipt, ['reference', 'state']))
export type AiResultSeen = z.output<typeof ReadReceipt>

/** Answers of a GET: 404 says that there is neither the record nor a result. */
export const resultReads = { 200: ReadReceipt, 404: reading(needing(NoSuchRecord, [])) } as const
export const resultPuts = { ...resultReads, 201: ReadReceipt } as const

type Answered =
  | { readonly status: 200 | 201; readonly body: AiResultSeen }
  | { readonly status: 404; readonly body: unknown }

/** Undefined for what the product does not have. */
export const resultOf = (answer: Answered): AiResultSeen | undefined =>
  answer.status === 404 ? undefined : answer.body

/** What came of a PUT. Undefined: the product has no such record. */
export type AiResultPut = { readonly isNew: boolean; readonly seen: AiResultSeen }

export const putOf = (answer: Answered): AiResultPut | undefined =>
  answer.status === 404 ? undefined : { isNew: answer.status === 201, seen: answer.body }
