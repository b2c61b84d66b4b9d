// The retry policy of a function (`retry: { strategy, maxRetryCount, ... }`), which the Azure host obeys for timer triggers:
// https://learn.microsoft.com/azure/azure-functions/functions-bindings-error-pages#retry-policies
import type { RetryContext, RetryOptions } from './core-types.ts'

const secondsAt = (options: RetryOptions, name: string): number => {
  const duration = options[name]
  const seconds: unknown =
    typeof duration === 'object' && duration !== null ? Reflect.get(duration, 'seconds') : undefined
  return typeof seconds === 'number' ? seconds : 0
}

/** @param retry 1 for the first retry */
const waitMs = (options: RetryOptions, retry: number): number => {
  if (options.retryStrategy === 'fixedDelay') return secondsAt(options, 'delayInterval') * 1_000
  const shortest = secondsAt(options, 'minimumInterval')
  const longest = secondsAt(options, 'maximumInterval')
  return Math.min(shortest * 2 ** (retry - 1), longest) * 1_000
}

const exceptionOf = (error: unknown): NonNullable<RetryContext['exception']> => ({
  message: error instanceof Error ? error.message : String(error),
  stackTrace: (error instanceof Error && error.stack) || '',
})

/** Resolves with whether the time has passed; `signal` ends the wait early. */
const wait = (ms: number, signal: AbortSignal): Promise<boolean> =>
  new Promise((resolve) => {
    const abort = (): void => {
      clearTimeout(timer)
      resolve(false)
    }
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', abort)
      resolve(true)
    }, ms)
    signal.addEventListener('abort', abort, { once: true })
  })

/**
 * Repeats `attempt` as often as the policy says (`maxRetryCount` -1: until it succeeds) and rejects with its last failure.
 * `signal` ends the waiting between two attempts, with that failure.
 */
export const runWithRetries = async <T>(
  options: RetryOptions | undefined,
  attempt: (context: RetryContext | undefined) => Promise<T>,
  signal: AbortSignal,
): Promise<T> => {
  const maxRetryCount = options?.maxRetryCount ?? 0
  let context: RetryContext | undefined
  for (let retry = 1; ; retry += 1) {
    try {
      return await attempt(context)
    } catch (error) {
      if (!options || signal.aborted || (maxRetryCount !== -1 && retry > maxRetryCount)) throw error
      context = { retryCount: retry, maxRetryCount, exception: exceptionOf(error) }
      if (!(await wait(waitMs(options, retry), signal))) throw error
    }
  }
}
