import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { ScheduleStatus } from '../src/schedule-status.ts'
import { createTimerListener, type TimerListener, type TimerRun } from '../src/timer-listener.ts'
import { parseTimerSchedule } from '../src/timer-schedule.ts'

const start = new Date('2026-01-01T00:00:00.500Z')
const hourMs = 3_600_000

beforeEach(() => {
  vi.useFakeTimers({ now: start })
})

let listener: TimerListener | undefined
afterEach(() => {
  listener?.stop()
  vi.useRealTimers()
})

type Given = {
  readonly schedule: string
  readonly runOnStartup?: boolean
  readonly stored?: ScheduleStatus
  readonly monitored?: boolean
  readonly work?: () => Promise<unknown>
}

const open = ({ schedule, runOnStartup = false, stored, monitored = true, work = async () => {} }: Given) => {
  const runs: Array<TimerRun & { readonly at: string }> = []
  const written: ScheduleStatus[] = []
  listener = createTimerListener({
    schedule: parseTimerSchedule(schedule),
    runOnStartup,
    ...(monitored && {
      monitor: {
        read: async () => written.at(-1) ?? stored,
        write: async (status) => {
          written.push(status)
        },
      },
    }),
    run: (run) => {
      runs.push({ ...run, at: new Date().toISOString() })
      return work()
    },
    onError: (problem, error) => {
      throw new Error(problem, { cause: error })
    },
  })
  return { listener, runs, written, times: () => runs.map(({ at }) => at.slice(11, 19)) }
}

describe('a timer', () => {
  it('runs at each time of its schedule', async () => {
    const timer = open({ schedule: '0 0 * * * *' })
    await timer.listener.start()
    await vi.advanceTimersByTimeAsync(3 * hourMs)
    expect(timer.times()).toEqual(['01:00:00', '02:00:00', '03:00:00'])
    expect(timer.runs.map(({ isPastDue }) => isPastDue)).toEqual([false, false, false])
  })

  it('catches up once, with isPastDue, however many runs were missed', async () => {
    const stored = {
      Last: '2025-12-31T10:00:00.000Z',
      Next: '2025-12-31T11:00:00.000Z',
      LastUpdated: '2025-12-31T10:00:00.000Z',
    }
    const timer = open({ schedule: '0 0 * * * *', stored })
    await timer.listener.start()
    await vi.advanceTimersByTimeAsync(hourMs)
    expect(timer.runs.map(({ isPastDue, at }) => [isPastDue, at.slice(11, 19)])).toEqual([
      [true, '00:00:00'],
      [false, '01:00:00'],
    ])
    expect(timer.runs[0]?.status).toEqual(stored)
  })

  it('writes its status before it first runs, so that the first run cannot be missed either', async () => {
    const timer = open({ schedule: '0 0 * * * *' })
    await timer.listener.start()
    expect(timer.written).toMatchObject([{ Next: '2026-01-01T01:00:00.000Z' }])
  })

  it('never overlaps, and makes up for an overrun by one run right after it', async () => {
    let running = 0
    let most = 0
    let first = true
    const timer = open({
      schedule: '0 * * * * *',
      work: async () => {
        running += 1
        most = Math.max(most, running)
        await new Promise((resolve) => setTimeout(resolve, first ? 150_000 : 1_000))
        first = false
        running -= 1
      },
    })
    await timer.listener.start()
    await vi.advanceTimersByTimeAsync(5 * 60_000)
    // The runs of 00:02:00 and 00:03:00 were due during the first: one run makes up for both, at its end.
    expect(timer.times()).toEqual(['00:01:00', '00:03:30', '00:04:00', '00:05:00'])
    expect(most).toBe(1)
  })

  it('goes on after a run that failed', async () => {
    const timer = open({ schedule: '0 * * * * *', work: () => Promise.reject(new Error('on purpose')) })
    await timer.listener.start()
    await vi.advanceTimersByTimeAsync(2 * 60_000)
    expect(timer.times()).toEqual(['00:01:00', '00:02:00'])
    expect(timer.written.at(-1)?.Next).toBe('2026-01-01T00:03:00.000Z')
  })

  it('runs at its start when it is told to, and then by its schedule', async () => {
    const timer = open({ schedule: '0 * * * * *', runOnStartup: true })
    await timer.listener.start()
    await vi.advanceTimersByTimeAsync(60_000)
    expect(timer.times()).toEqual(['00:00:00', '00:01:00'])
  })

  it('waits longer than a 32-bit count of milliseconds', async () => {
    const timer = open({ schedule: '0 0 0 1 3 *' })
    await timer.listener.start()
    await vi.advanceTimersByTimeAsync(58 * 24 * hourMs)
    expect(timer.runs).toHaveLength(0)
    await vi.advanceTimersByTimeAsync(24 * hourMs)
    expect(timer.runs.map(({ at }) => at.slice(0, 19))).toEqual(['2026-03-01T00:00:00'])
  })

  it('does not run twice when it fires a little early', async () => {
    const timer = open({ schedule: '0 0 * * * *' })
    await timer.listener.start()
    // The wall clock runs 50 ms behind the clock that timers go by.
    vi.setSystemTime(start.getTime() - 50)
    await vi.advanceTimersByTimeAsync(hourMs + 60_000)
    expect(timer.runs).toHaveLength(1)
  })

  it('shows no status and keeps none when it is not monitored', async () => {
    const timer = open({ schedule: '0 * * * * *', monitored: false })
    await timer.listener.start()
    await vi.advanceTimersByTimeAsync(60_000)
    expect([timer.runs[0]?.status, timer.written]).toEqual([undefined, []])
  })

  it('does not run any more once it is stopped, not even after a run that was still going on', async () => {
    const timer = open({
      schedule: '0 * * * * *',
      work: () => new Promise((resolve) => setTimeout(resolve, 5_000)),
    })
    await timer.listener.start()
    await vi.advanceTimersByTimeAsync(60_000)
    timer.listener.stop()
    await vi.advanceTimersByTimeAsync(hourMs)
    expect(timer.runs).toHaveLength(1)
  })
})
