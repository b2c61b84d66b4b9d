// The wire of what is unusual on a device, hour by hour, as this suite scores it and Defend keeps it.
//
// Defend scores a device by its own rules while it has no score of ours that is at most `behaviourFreshMs` old: when this suite is away, while the
// device is being learned, and where the organization has opted out of AI. What it shows says which of the two it is (`riskBasis`).
import * as z from 'zod'

export const behaviourLimits = { id: 200, reasons: 3, reason: 400, word: 40, scoresAtOnce: 100 } as const

/** An hour is scored when the one after it is over, so a score that is older than this is missing one. */
export const behaviourFreshMs = 4 * 3_600_000

const DefendBehaviourReason = z.strictObject({
  /** What it is about: `failures`, `program`. */
  about: z.string().min(1).max(behaviourLimits.word),
  /** For a person, in a sentence. */
  text: z.string().min(1).max(behaviourLimits.reason),
  observed: z.number().min(0),
  /** On average in such an hour; and what is not passed in 99 of 100. */
  expected: z.number().min(0),
  usualMost: z.number().min(0),
})

export const DefendBehaviourScore = z
  .strictObject({
    deviceId: z.string().min(1).max(behaviourLimits.id),
    /** When the hour began. Defend keeps one score for each device and hour: the one of the highest version. */
    hour: z.iso.datetime(),
    version: z.int().min(0),
    /** The hour is over, and no other version will come. */
    isFinal: z.boolean(),
    /** `provisional`: 8 to 14 days are known, so it is judged with more doubt. */
    standing: z.enum(['learning', 'provisional', 'full']),
    /** From 0 to 100, which is the most unusual. `null` while the device is being learned. */
    score: z.number().min(0).max(100).nullable(),
    isUnusual: z.boolean(),
    /** The most surprising first. */
    reasons: z.array(DefendBehaviourReason).max(behaviourLimits.reasons),
  })
  .refine(({ standing, score }) => (standing === 'learning') === (score === null), {
    error: 'A device has a score once it is learned, and none before',
    path: ['score'],
  })
export type DefendBehaviourScore = z.infer<typeof DefendBehaviourScore>

/** Body of `POST /v1/behaviour-scores`. */
export const DefendBehaviourScores = z.strictObject({
  scores: z.array(DefendBehaviourScore).min(1).max(behaviourLimits.scoresAtOnce),
})
export type DefendBehaviourScores = z.infer<typeof DefendBehaviourScores>

/** Answer of `POST /v1/behaviour-scores`: how many were newer than what Defend had. All of them are kept then, or none. */
export const DefendBehaviourReceipt = z.object({ received: z.int().min(0), newer: z.int().min(0) })
export type DefendBehaviourReceipt = z.infer<typeof DefendBehaviourReceipt>
