// The incidents about which somebody may have to be called, for the timer that does it: those of high severity that are not resolved.
import { pending } from '../store/pending.ts'

/** By their ids; the owner stands in the place of the tenant. */
export const escalationPending = pending('incidentEscalations')
