// Seeds the local stack in a thread of its own.
import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import { shiftedClockOptions } from './clock/clock-shift.ts'
import type { Seed } from './stack.ts'

/**
 * Begins to load what seeding needs. What it returns is called once.
 * @param clockShiftMs as in `StackOptions`
 */
export const startSeeder = (clockShiftMs: number): Seed => {
  const thread = new Worker(new URL('seed-thread.ts', import.meta.url), {
    execArgv: [...shiftedClockOptions(clockShiftMs)],
  })
  // A stack that does not start asks for no data.
  thread.unref()
  // Told of by whoever waits for the answer.
  let failure: unknown
  thread.once('error', (error) => (failure = error))
  return async (input) => {
    if (failure !== undefined) throw failure
    const answered = once(thread, 'message')
    // A thread has no origin.
    // oxlint-disable-next-line unicorn/require-post-message-target-origin
    thread.postMessage(input)
    const [answer] = (await answered) as [Awaited<ReturnType<Seed>>]
    return answer
  }
}
