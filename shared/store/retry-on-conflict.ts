// The one way to repeat a change that somebody else overtook: from what the rows are then.
import { setTimeout as delay } from 'node:timers/promises'
import { isAppError } from '../errors.ts'
import { log } from '../telemetry/log.ts'

/** Many changes may all meet in one row of the tenant. */
const triesMax = 20
const delayMsMax = 400

type Options = {
  /** Ends the repetition: the conflict is thrown then. */
  readonly signal?: AbortSignal | undefined
  /** Which failures are repeated; AppError `conflict` unless told. */
  readonly isConflict?: (error: unknown) => boolean
}

/**
 * Runs `attempt` again while somebody else changes the same rows: at most 20 times, within about 3 seconds. What it reads, it has to
 * read anew each time.
 * @throws what `attempt` throws; AppError `conflict` when others were faster every time
 */
export const retryOnConflict = async <Result>(
  attempt: () => Promise<Result>,
  { signal, isConflict = (error) => isAppError(error, 'conflict') }: Options = {},
): Promise<Result> => {
  for (let count = 1; ; count += 1)
    try {
      return await attempt()
    } catch (error) {
      if (!isConflict(error) || count === triesMax || signal?.aborted) throw error
      log.info('store.change.again', { attempt: count })
      // Random, so that those who met once do not meet again.
      await delay(Math.random() * Math.min(delayMsMax, 10 * 2 ** count))
    }
}
