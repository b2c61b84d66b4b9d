// The wire of what is unusual about a login: Defend keeps for each login what it was told from the most that was known.
import * as z from 'zod'

export const anomalyLimits = { id: 200, text: 400, anomalies: 5 } as const

const id = z.string().min(1).max(anomalyLimits.id)

/** Id of the event that told of the login, in the path. */
export const LoginId = id

/** Body of `PUT /v1/login-anomalies/{id}`. */
export const DefendLoginAnomalies = z.strictObject({
  userId: id,
  /** When the login was. */
  occurredAt: z.iso.datetime(),
  /** None when it is nothing unusual any more: a login before it became known late. */
  anomalies: z
    .array(
      z.strictObject({
        kind: z.enum(['burst', 'new_country', 'new_device', 'impossible_travel', 'unusual_hour']),
        /** For a person, in a sentence. */
        text: z.string().min(1).max(anomalyLimits.text),
      }),
    )
    .max(anomalyLimits.anomalies),
  /** Grows with what is known of the user's logins. A lower one than Defend has changes nothing. */
  version: z.int().min(0),
})
export type DefendLoginAnomalies = z.infer<typeof DefendLoginAnomalies>

/** Answer of `PUT /v1/login-anomalies/{id}`. */
export const DefendLoginReceipt = z.object({ id })
export type DefendLoginReceipt = z.infer<typeof DefendLoginReceipt>
