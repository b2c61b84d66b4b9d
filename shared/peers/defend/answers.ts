// What this suite reads of Defend's answers.
import type * as z from 'zod'
import { needing, reading } from '../../schema/reading.ts'
import { DefendLoginReceipt } from './anomaly-contract.ts'
import { DefendBehaviourReceipt } from './behaviour-contract.ts'
import { DefendAuditReceipt, DefendHealth } from './contract.ts'

/** By the id the answer is about this event, and not of something in between: an audit event must not be lost. */
export const readDefendAuditReceiptOf = (id: string) =>
  reading(needing(DefendAuditReceipt, ['id'])).refine((receipt) => receipt.id === id, {
    error: 'This is another event than the one that was sent',
    path: ['id'],
  })

/** By the id it is about this login. */
export const readLoginReceiptOf = (id: string) =>
  reading(needing(DefendLoginReceipt, ['id'])).refine((receipt) => receipt.id === id, {
    error: 'This is another login than the one that was sent',
    path: ['id'],
  })

/** By the number it is about these scores: none must be lost. */
export const readBehaviourReceiptOf = (received: number) =>
  reading(needing(DefendBehaviourReceipt, ['received'])).refine((receipt) => receipt.received === received, {
    error: 'This is not the number of scores that were sent',
    path: ['received'],
  })

export const ReadDefendHealth = reading(needing(DefendHealth, ['status']))
export type ReadDefendHealth = z.output<typeof ReadDefendHealth>
