// A change that somebody else overtook is made again, from what the rows are then.
import { setTimeout as delay } from 'node:timers/promises'
import { isAppError } from '../errors.ts'
import { log } from '../telemetry/log.ts'

/** Many changes may all meet in one row of the tenant. */
const attemptsMax = 20
const delayMsMax = 400

/**
 * Runs `attempt` again while somebody else changes the same rows: at most 20 times, within about 3 seconds. What it reads, it has to
 * read anew each time.
 * @param signal ends the repetition: the conflict is thrown then
 * @throws what `attempt` throws; AppError `conflict` when others were faster every time
 */
export const untilUndisturbed = async <Result>(
  attempt: () => Promise<Result>,
  signal?: AbortSignal,
): Promise<Result> => {
  for (let count = 1; ; count += 1)
    try {
      return await attempt()
    } catch (error) {
      if (!isAppError(error, 'conflict') || count === attemptsMax || signal?.aborted) throw error
      log.info('store.change.again', { attempt: count })
      // Random, so that those who met once do not meet again.
      await delay(Math.random() * Math.min(delayMsMax, 10 * 2 ** count))
    }
}
