// What this suite reads of On-Call's answers. An alert in a state that is not known here has not been taken by anybody.
import type * as z from 'zod'
import { needing, reading } from '../../schema/reading.ts'
import { OnCallAlert, OnCallHealth, OnCallProblem } from './contract.ts'

const ReadOnCallAlert = reading(needing(OnCallAlert, ['reference', 'state', 'acknowledgedBy', 'acknowledgedAt']))
export type ReadOnCallAlert = z.output<typeof ReadOnCallAlert>

/** Another alert than the one asked for is no answer: one would be taken for acknowledged that is not. */
export const readOnCallAlertOf = (reference: string) =>
  ReadOnCallAlert.refine((alert) => alert.reference === reference, {
    error: 'This is another alert than the one asked for',
    path: ['reference'],
  })

export const ReadOnCallHealth = reading(needing(OnCallHealth, ['status']))
export type ReadOnCallHealth = z.output<typeof ReadOnCallHealth>

export const ReadOnCallProblem = reading(needing(OnCallProblem, []))
