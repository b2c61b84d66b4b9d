// What this suite reads of the bus's answers.
import { needing, reading } from '../../schema/reading.ts'
import { BusAccepted } from './contract.ts'

/** By the id the answer is one of the bus, and not of something in between: an event must not be lost. */
export const ReadBusAccepted = reading(needing(BusAccepted, ['id']))
