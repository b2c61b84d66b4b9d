// The wire of signals about people: Defend shows one to those who are named in it, and to nobody else.
import * as z from 'zod'
import { RecordId } from '../user-read/contract.ts'

export const signalLimits = { reference: 200, text: 400, reasons: 20, audience: 50 } as const

export const SignalReference = z.string().min(1).max(signalLimits.reference)

export const DefendSignalReason = z.strictObject({
  kind: z.enum(['unusual_volume', 'unusual_hours', 'leaving']),
  /** For a person, in a sentence. Nothing of anybody's profile is in it. */
  text: z.string().min(1).max(signalLimits.text),
})

/** Body of `POST /v1/insider-signals`. */
export const DefendInsiderSignal = z.strictObject({
  /** Unique per tenant: a second signal with it is refused with 409 and the first one in the problem document. */
  externalReference: SignalReference,
  userId: RecordId,
  day: z.iso.date(),
  reasons: z.array(DefendSignalReason).min(1).max(signalLimits.reasons),
  /** Ids of the users whom People lets see it. A signal without any is none. */
  audience: z.array(RecordId).min(1).max(signalLimits.audience),
})
export type DefendInsiderSignal = z.infer<typeof DefendInsiderSignal>

/** What Defend answers: that it has it, and nothing of what it says. */
export const DefendSignalReceipt = z.object({ externalReference: SignalReference })
export type DefendSignalReceipt = z.infer<typeof DefendSignalReceipt>

/** Answer of `GET /v1/insider-signals?externalReference=`: none or one. */
export const DefendSignalReceipts = z.object({ signals: z.array(DefendSignalReceipt).max(1) })

/** The 409 of `POST /v1/insider-signals`. */
export const DefendSignalExists = z.object({ title: z.string(), status: z.int(), signal: DefendSignalReceipt })
