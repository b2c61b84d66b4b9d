// A deadline for a call of a library.

type Call<T> = { readonly call: (signal: AbortSignal) => Promise<T>; readonly abort?: AbortController }

/**
 * Rejects with a `TimeoutError` at the deadline, also when the library does not heed the signal (while it waits for a token, say). Not
 * `AbortSignal.timeout`: it would keep what the call read in memory until then.
 * @param what did not answer, for the error: `Storage`
 */
export const within = async <T>(
  what: string,
  deadlineMs: number,
  { call, abort = new AbortController() }: Call<T>,
): Promise<T> => {
  const late = Promise.withResolvers<never>()
  const timer = setTimeout(() => {
    const reason = new DOMException(`${what} did not answer within ${deadlineMs} ms.`, 'TimeoutError')
    abort.abort(reason)
    late.reject(reason)
  }, deadlineMs)
  try {
    return await Promise.race([call(abort.signal), late.promise])
  } finally {
    clearTimeout(timer)
  }
}
