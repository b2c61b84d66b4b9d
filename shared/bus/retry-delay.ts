// How long a message waits before it is tried again.
import type { Config } from '../config/config.ts'

/** After that it is parked (R3). */
export const retryForMs = 24 * 3_600_000

/** From the fifth time on, two to four minutes after the first, somebody should know that it does not work. */
export const attemptsUntilIncident = 5

export const retryDelayMsMax = 3_600_000
const firstDelayMsUsual = 15_000

/** As MESSAGE_RETRY_SECONDS says; when that is not usable, the message is kept for later all the same. */
export const firstDelayMs = (config: Config): number =>
  config.problems.some(({ name }) => name === 'MESSAGE_RETRY_SECONDS')
    ? firstDelayMsUsual
    : config.require('MESSAGE_RETRY_SECONDS').MESSAGE_RETRY_SECONDS * 1_000

/**
 * Twice as long each time, up to an hour, of which a random half is left out so that what failed together does not come back together; longer
 * when the peer asked for more.
 * @param attempt 1 for the first
 */
export const retryDelayMs = (
  attempt: number,
  { firstMs, retryAfterSeconds = 0 }: { readonly firstMs: number; readonly retryAfterSeconds?: number | undefined },
  random = Math.random,
): number => {
  const full = Math.min(retryDelayMsMax, firstMs * 2 ** Math.min(30, attempt - 1))
  return Math.round(Math.max(full * (0.5 + random() / 2), Math.min(retryForMs, retryAfterSeconds * 1_000)))
}
