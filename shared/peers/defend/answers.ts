// What this suite reads of Defend's answers.
import type * as z from 'zod'
import { needing, reading } from '../../schema/reading.ts'
import { DefendAuditReceipt, DefendHealth } from './contract.ts'

/** By the id the answer is one of Defend, and not of something in between: an audit event must not be lost. */
export const ReadDefendAuditReceipt = reading(needing(DefendAuditReceipt, ['id']))

export const ReadDefendHealth = reading(needing(DefendHealth, ['status']))
export type ReadDefendHealth = z.output<typeof ReadDefendHealth>
