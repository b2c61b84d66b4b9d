// What this suite reads of the bus's answers.
import { needing, reading } from '../../schema/reading.ts'
import { BusAccepted } from './contract.ts'

/** By the id the answer is about this event, and not of something in between: an event must not be lost. */
export const readBusAcceptedOf = (id: string) =>
  reading(needing(BusAccepted, ['id'])).refine((accepted) => accepted.id === id, {
    error: 'This is another event than the one that was published',
    path: ['id'],
  })
