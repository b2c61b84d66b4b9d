// The hours of a device that are not over yet, as a row keeps them.
import * as z from 'zod'
import { counts, families } from './device-event.ts'
import type { OpenHour } from './device-memory.ts'

const Digest = z.int().min(0)

export const StoredHours = z
  .array(
    z.strictObject({
      hour: z.int(),
      counts: z.array(z.int().min(0)).length(counts.length),
      seen: z.array(z.array(Digest)).length(families.length),
      examples: z.array(z.strictObject({ digest: Digest, text: z.string() }).nullable()).length(families.length),
      events: z.int().min(0),
      isUnusual: z.boolean(),
      told: z.int().optional(),
    }),
  )
  .max(2)
export type StoredHours = z.infer<typeof StoredHours>

export const storedHours = (open: readonly OpenHour[]): StoredHours =>
  open.map(({ hour, seen, examples, events, isUnusual, told, ...of }) => ({
    hour,
    counts: [...of.counts],
    seen: seen.map((digests) => [...digests].toSorted((a, b) => a - b)),
    examples: examples.map((example) => example ?? null),
    events,
    isUnusual,
    ...(told !== undefined && { told }),
  }))

export const openHours = (stored: StoredHours): OpenHour[] =>
  stored.map(({ seen, examples, ...hour }) => ({
    ...hour,
    seen: seen.map((digests) => new Set(digests)),
    examples: examples.map((example) => example ?? undefined),
  }))
