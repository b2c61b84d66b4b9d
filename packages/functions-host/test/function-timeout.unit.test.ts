import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createFunctionTimeout } from '../src/function-timeout.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

const begin = (timeoutMs = 60_000) => {
  const lines: string[] = []
  const onTimeout = vi.fn()
  const timeout = createFunctionTimeout({
    timeoutMs,
    onTimeout,
    log: (_level, _category, text) => void lines.push(text),
  })
  const run = Promise.withResolvers<string>()
  run.promise.catch(() => {})
  const watched = timeout.watch({ name: 'nightly', invocationId: 'i-1' }, run.promise)
  watched.catch(() => {})
  return { run, watched, lines, onTimeout }
}

describe('a run', () => {
  it('costs the process when it takes longer than host.json allows, and a moment more', async () => {
    const { lines, onTimeout } = begin()
    await vi.advanceTimersByTimeAsync(60_000)
    expect(lines).toEqual([expect.stringContaining('Timeout value of 00:01:00 exceeded')])
    expect(onTimeout).not.toHaveBeenCalled()
    await vi.advanceTimersByTimeAsync(2_000)
    expect(onTimeout).toHaveBeenCalledTimes(1)
  })

  it('costs nothing once it has ended, well or not, also within that moment', async () => {
    const [done, failed, late] = [begin(), begin(), begin()]
    done.run.resolve('done')
    failed.run.reject(new Error('on purpose'))
    await vi.advanceTimersByTimeAsync(60_000)
    late.run.resolve('late')
    await vi.advanceTimersByTimeAsync(600_000)
    for (const { onTimeout } of [done, failed, late]) expect(onTimeout).not.toHaveBeenCalled()
    expect([done.lines, failed.lines]).toEqual([[], []])
    expect(await done.watched).toBe('done')
    await expect(failed.watched).rejects.toThrow('on purpose')
  })

  it('may take as long as it likes where nothing is said', async () => {
    const onTimeout = vi.fn()
    const { watch } = createFunctionTimeout({ timeoutMs: undefined, onTimeout, log: () => {} })
    void watch({ name: 'nightly', invocationId: 'i-1' }, new Promise(() => {}))
    await vi.advanceTimersByTimeAsync(86_400_000)
    expect(onTimeout).not.toHaveBeenCalled()
  })
})
