// The time of the local stack, when it is to be another one than that of the machine: `Date` tells it in every process of the stack.

const preload = new URL('shifted-clock.ts', import.meta.url)

/** Options of Node.js with which a process begins in the shifted time, before it loads anything else. */
export const shiftedClockOptions = (shiftMs: number): readonly string[] => {
  if (shiftMs === 0) return []
  const url = new URL(preload)
  url.searchParams.set('ms', String(shiftMs))
  return ['--import', url.href]
}

/**
 * From now on, `Date.now()` and `new Date()` tell the time of the machine and so many milliseconds more. The time goes on from there.
 * Waits, deadlines and `performance` measure spans, and stay as they are.
 */
export const shiftClock = (shiftMs: number): void => {
  if (shiftMs === 0) return
  const RealDate = Date
  const realNow = Date.now.bind(Date)
  const now = (): number => realNow() + shiftMs
  RealDate.now = now
  globalThis.Date = new Proxy(RealDate, {
    construct: (target, given: readonly unknown[], made) =>
      Reflect.construct(target, given.length === 0 ? [now()] : given, made) as Date,
    apply: () => new RealDate(now()).toString(),
  })
  // Whoever makes a date of the kind of another one gets the same time.
  RealDate.prototype.constructor = globalThis.Date
}
