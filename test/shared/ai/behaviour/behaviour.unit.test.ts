// What is usual for a device, and what is not: learned from its own hours alone.
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { leastAt, normalTail, tailOf } from '../../../../shared/ai/behaviour/count-tail.ts'
import { type DeviceEvent, families } from '../../../../shared/ai/behaviour/device-event.ts'
import { type DeviceMemory, newMemory } from '../../../../shared/ai/behaviour/device-memory.ts'
import { hourMs, localHours } from '../../../../shared/ai/behaviour/hour-class.ts'
import { digests, valuesMax } from '../../../../shared/ai/behaviour/known-values.ts'
import { StoredHours, openHours, storedHours } from '../../../../shared/ai/behaviour/open-hours.ts'
import { packMemory, unpackMemory } from '../../../../shared/ai/behaviour/packed-memory.ts'
import { reasonText } from '../../../../shared/ai/behaviour/reason-text.ts'
import { type JudgedHour, takeEvents } from '../../../../shared/ai/behaviour/taking.ts'

const firstHour = Date.UTC(2026, 0, 5) / hourMs
const tools = { localHourOf: localHours('UTC'), digestOf: digests('device-1') }

const many = (hour: number, count: number, event: Omit<DeviceEvent, 'at'>): DeviceEvent[] =>
  Array.from({ length: count }, (_, index) => ({ ...event, at: hour * hourMs + index }))
const logons = (hour: number, count: number) => many(hour, count, { kind: 'logon', user: 'ann' })
const starts = (hour: number, count: number, process = 'word.exe') =>
  many(hour, count, { kind: 'process_start', process })
const alive = (hour: number) => many(hour, 1, { kind: 'heartbeat' })

/** So many days of an office computer: logons and programs from 8 to 18, alive all day. */
const lived = (days: number, from = firstHour): DeviceMemory => {
  const memory = newMemory()
  for (let index = 0; index < days * 24; index += 1) takeEvents(memory, usualHour(from + index), tools)
  return memory
}
const usualHour = (hour: number): DeviceEvent[] => {
  const clock = hour % 24
  const isWork = clock >= 8 && clock < 18
  const uneven = (hour * 7) % 5
  return [...alive(hour), ...(isWork ? [...logons(hour, 2 + uneven), ...starts(hour, 10 + 2 * uneven)] : [])]
}
const at = (memory: DeviceMemory, hour: number, events: readonly DeviceEvent[]): JudgedHour => {
  const judged = takeEvents(memory, events, tools).judged.find((one) => one.hour === hour)
  if (!judged) throw new Error('The hour was not judged.')
  return judged
}
const atNoon = (days: number): number => firstHour + days * 24 + 12

describe('a device that is being learned', () => {
  it('has no score for a week, whatever it does', () => {
    const memory = lived(6)
    expect(at(memory, atNoon(6), logons(atNoon(6), 5_000))).toMatchObject({
      maturity: 'learning',
      score: null,
      isUnusual: false,
      findings: [],
    })
  })

  it('has one in the second week, which is judged with more doubt, and in full in the third', () => {
    expect(at(lived(9), atNoon(9), logons(atNoon(9), 500))).toMatchObject({ maturity: 'provisional', isUnusual: true })
    expect(at(lived(20), atNoon(20), logons(atNoon(20), 500))).toMatchObject({ maturity: 'full', isUnusual: true })
  })

  it('is learned anew after a month away', () => {
    const memory = lived(30)
    const back = firstHour + 65 * 24 + 12
    takeEvents(memory, alive(back), tools)
    takeEvents(memory, alive(back + 2), tools)
    takeEvents(memory, alive(back + 24), tools)
    expect(at(memory, back + 25, logons(back + 25, 5_000))).toMatchObject({ maturity: 'learning', score: null })
  })
})

describe('an hour of a device', () => {
  const known = lived(30)
  const copy = (): DeviceMemory => {
    const memory = unpackMemory(packMemory(known))
    if (!memory) throw new Error('It cannot be read.')
    return { ...memory, open: openHours(storedHours(known.open)) }
  }

  it('as any other is nothing unusual', () => {
    expect(at(copy(), atNoon(30), usualHour(atNoon(30)))).toMatchObject({ isUnusual: false })
  })

  it('with eight times as much is, and says so with what is usual', () => {
    const judged = at(copy(), atNoon(30), logons(atNoon(30), 40))
    expect(judged).toMatchObject({ isUnusual: true, findings: [{ name: 'logons', observed: 40 }] })
    const [finding] = judged.findings
    expect(finding?.expected).toBeGreaterThan(1)
    expect(finding?.usualMost).toBeLessThan(40)
    expect(finding && reasonText(finding, judged.local, 'UTC')).toBe(
      `40 logons from 12:00 to 13:00 (UTC). Usual for this device at this time: up to ${finding?.usualMost}.`,
    )
  })

  it('is compared with the same time of the day', () => {
    const night = firstHour + 30 * 24 + 3
    const day = at(copy(), atNoon(30), starts(atNoon(30), 18)).score ?? 0
    expect(at(copy(), night, starts(night, 18)).score ?? 0).toBeGreaterThan(day + 10)
  })

  it('has a higher score with more of the same', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 400 }), fc.integer({ min: 1, max: 400 }), (one, more) => {
        const score = (count: number) => at(copy(), atNoon(30), logons(atNoon(30), count)).score ?? 0
        return score(one + more) >= score(one)
      }),
      { numRuns: 40 },
    )
  })

  it('comes out the same in whatever order and in however many pieces its events come', () => {
    const hour = atNoon(30)
    const events = [
      ...logons(hour, 30),
      ...starts(hour, 4, 'new-1.exe'),
      ...starts(hour + 1, 5, 'new-1.exe'),
      ...starts(hour + 1, 5, 'new-2.exe'),
      ...many(hour + 1, 3, { kind: 'connection', destination: 'as-9', bytesSent: 123_456_789 }),
    ]
    const outcome = (memory: DeviceMemory) =>
      takeEvents(memory, [], tools).judged.map((one) => ({ ...one, isNews: undefined }))
    const whole = copy()
    takeEvents(whole, events, tools)
    const programs = outcome(whole).map(({ findings }) => findings.find(({ name }) => name === 'program')?.observed)
    expect(programs).toEqual([1, 1])
    fc.assert(
      fc.property(
        fc.shuffledSubarray(events, { minLength: events.length }),
        fc.integer({ min: 1, max: 12 }),
        (shuffled, size) => {
          const memory = copy()
          for (let from = 0; from < shuffled.length; from += size)
            takeEvents(memory, shuffled.slice(from, from + size), tools)
          expect(outcome(memory)).toEqual(outcome(whole))
        },
      ),
      { numRuns: 30 },
    )
  })

  it('counts bytes up to the largest whole number, in whatever order they come', () => {
    const hour = atNoon(30)
    const sent = (bytesSent: number) => many(hour, 1, { kind: 'connection', destination: 'as-9', bytesSent })
    const ten = Array.from({ length: 10 }, () => sent(1e15)).flat()
    for (const events of [
      [...ten, ...sent(1)],
      [...sent(1), ...ten],
    ]) {
      const memory = copy()
      takeEvents(memory, events, tools)
      expect(memory.open.at(-1)?.counts).toContain(Number.MAX_SAFE_INTEGER)
      expect(StoredHours.safeParse(storedHours(memory.open)).success).toBe(true)
    }
  })

  it('is closed once the hour after the next begins, and nothing changes it then', () => {
    const memory = copy()
    const hour = atNoon(30)
    takeEvents(memory, logons(hour, 3), tools)
    takeEvents(memory, alive(hour + 1), tools)
    expect(takeEvents(memory, logons(hour, 2), tools).late).toBe(0)
    const closing = takeEvents(memory, alive(hour + 2), tools)
    expect(closing.judged.find((one) => one.hour === hour)).toMatchObject({ isFinal: true, isNews: true, version: 6 })
    const before = packMemory(memory)
    expect(takeEvents(memory, logons(hour, 500), tools)).toMatchObject({ late: 500 })
    expect(packMemory(memory)).toBe(before)
  })

  it('is told of once when it is unusual, and again only when its score has grown', () => {
    const memory = copy()
    const hour = atNoon(30)
    const news = (events: readonly DeviceEvent[]) => at(memory, hour, events).isNews
    expect(news(usualHour(hour))).toBe(false)
    expect(news(logons(hour, 22))).toBe(true)
    expect(news(alive(hour))).toBe(false)
    expect(news(logons(hour, 400))).toBe(true)
  })

  it('in which nobody looked is no hour of nothing', () => {
    const [off, idle] = [lived(21), lived(21)]
    for (let index = 0; index < 8 * 24; index += 1) takeEvents(idle, alive(firstHour + 21 * 24 + index), tools)
    const hour = firstHour + 29 * 24 + 12
    const expected = (memory: DeviceMemory) => at(memory, hour, logons(hour, 100)).findings[0]?.expected ?? 0
    const before = expected(lived(29))
    expect(Math.abs(expected(off) - before)).toBeLessThan(0.5)
    expect(expected(idle)).toBeLessThan(before - 0.5)
  })

  it('that is unusual teaches little: the next one like it is unusual as well', () => {
    const memory = copy()
    for (let index = 0; index < 10; index += 1) takeEvents(memory, logons(atNoon(30) + index, 400), tools)
    expect(at(memory, atNoon(31), logons(atNoon(31), 400)).isUnusual).toBe(true)
    expect(at(memory, atNoon(31) + 1, logons(atNoon(31) + 1, 60)).isUnusual).toBe(true)
  })

  it('that is unusual hardly moves what is expected', () => {
    const memory = copy()
    const expected = (day: number) => at(memory, atNoon(day), logons(atNoon(day), 400)).findings[0]?.expected ?? 0
    const before = expected(30)
    for (let day = 31; day < 40; day += 1) expected(day)
    expect(Math.abs(expected(40) - before)).toBeLessThan(1)
  })

  it('of a new purpose becomes usual in time', () => {
    const memory = copy()
    let isUnusual = true
    for (let index = 0; index < 90 * 24; index += 1) {
      const hour = firstHour + 30 * 24 + index
      const judged = at(memory, hour, [...alive(hour), ...starts(hour, (hour * 3) % 10 > 5 ? 70 : 60)])
      isUnusual = judged.isUnusual
    }
    expect(isUnusual).toBe(false)
  })
})

describe('what is new on a device', () => {
  const tool = (hour: number, count: number) =>
    Array.from({ length: count }, (_, index) => starts(hour, 1, `tool-${index}.exe`)).flat()

  it('is found, with an example, and is not new any more an hour later', () => {
    const memory = lived(30)
    const hour = atNoon(30)
    const finding = at(memory, hour, tool(hour, 6)).findings.find(({ name }) => name === 'program')
    expect(finding).toMatchObject({ observed: 6, example: expect.stringMatching(/^tool-\d\.exe$/) as string })
    const next = at(memory, hour + 1, tool(hour + 1, 6))
    expect(next.findings.filter(({ name }) => name === 'program')).toEqual([])
  })

  it('says less on a device that has something new all the time', () => {
    const build = newMemory()
    for (let index = 0; index < 30 * 24; index += 1)
      takeEvents(build, [...alive(firstHour + index), ...starts(firstHour + index, 1, `step-${index}.exe`)], tools)
    const score = (memory: DeviceMemory) => at(memory, atNoon(30), tool(atNoon(30), 4)).score ?? 0
    expect(score(build)).toBeLessThan(score(lived(30)))
  })

  it('is a program that another one starts', () => {
    const memory = lived(30)
    const hour = atNoon(30)
    const spawned = many(hour, 2, { kind: 'process_start', process: 'word.exe', parent: 'mshta.exe' })
    expect(at(memory, hour, spawned).findings).toMatchObject([
      { name: 'program', observed: 1, example: 'mshta.exe → word.exe' },
    ])
  })

  it('never names a user', () => {
    const hour = atNoon(30)
    const judged = at(lived(30), hour, many(hour, 1, { kind: 'logon', user: 'ann.private@example.com' }))
    const memory = lived(30)
    takeEvents(memory, many(hour, 1, { kind: 'logon', user: 'ann.private@example.com' }), tools)
    expect(judged.findings).toMatchObject([{ name: 'user', observed: 1 }])
    expect(JSON.stringify([judged, storedHours(memory.open), packMemory(memory)])).not.toContain('ann.private')
  })
})

describe('the memory of a device', () => {
  it('takes about 2 KB, and is bounded however much the device has', () => {
    expect(packMemory(lived(30)).length).toBeLessThan(2_048)
    const memory = newMemory()
    for (let index = 0; index < 200; index += 1) {
      const values = Array.from({ length: 400 }, (_, value) => `${index}-${value}`)
      const events = values.flatMap((value) => [
        ...many(firstHour + index, 1, { kind: 'process_start', process: value }),
        ...many(firstHour + index, 1, { kind: 'connection', destination: value }),
        ...many(firstHour + index, 1, { kind: 'logon', user: value }),
      ])
      takeEvents(memory, events, tools)
    }
    expect(memory.known.map(({ size }) => size)).toEqual(families.map(() => valuesMax))
    expect(packMemory(memory).length + JSON.stringify(storedHours(memory.open)).length).toBeLessThan(13_000)
  })

  it('judges the same after it was packed', () => {
    const memory = lived(30)
    const again = unpackMemory(packMemory(memory))
    const hour = atNoon(30) + 2
    const events = [...logons(hour, 25), ...starts(hour, 3, 'new.exe')]
    expect(again && at(again, hour, events).findings.map(({ name }) => name)).toEqual(
      at(memory, hour, events).findings.map(({ name }) => name),
    )
  })

  it('of another form, or damaged, is not read', () => {
    const packed = Buffer.from(packMemory(lived(1)), 'base64')
    const otherForm = Buffer.from(packed)
    otherForm.writeUInt8(9, 0)
    for (const damaged of [Buffer.alloc(0), packed.subarray(0, 100), packed.subarray(0, -3), otherForm])
      expect(unpackMemory(damaged.toString('base64'))).toBeUndefined()
  })
})

describe('the hours of the week', () => {
  it('are those of the clocks in the zone, summer time included', () => {
    const classOf = (time: string, zone: string) => localHours(zone)(Date.parse(time) / hourMs).class
    expect(classOf('2026-01-05T08:00:00Z', 'UTC')).toBe(8)
    expect(classOf('2026-01-05T08:00:00Z', 'Europe/Berlin')).toBe(9)
    expect(classOf('2026-07-06T08:00:00Z', 'Europe/Berlin')).toBe(10)
    expect(classOf('2026-01-09T23:00:00Z', 'Asia/Tokyo')).toBe(24 + 8)
  })
})

describe('the tail of counts', () => {
  it('is that of the sum over all smaller counts', () => {
    const [mean, variance] = [4, 12]
    const size = mean ** 2 / (variance - mean)
    const share = size / (size + mean)
    let [mass, below] = [share ** size, 0]
    for (let count = 0; count < 40; count += 1) {
      expect(tailOf({ mean, variance }, count)).toBeCloseTo(1 - below, 9)
      below += mass
      mass *= ((count + size) / (count + 1)) * (1 - share)
    }
  })

  it('falls with the count, and its bound is the first count with so little', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0.05, max: 5_000, noNaN: true }),
        fc.double({ min: 1.01, max: 50, noNaN: true }),
        fc.constantFrom(0.1, 0.01, 0.001),
        (mean, excess, share) => {
          const tail = (count: number) => tailOf({ mean, variance: mean * excess }, count)
          const least = leastAt(tail, share)
          return tail(least) <= share && (least <= 1 || tail(least - 1) > share)
        },
      ),
    )
  })

  it('of the normal distribution has its known values', () => {
    expect(normalTail(0)).toBeCloseTo(0.5, 6)
    expect(normalTail(1.959_964)).toBeCloseTo(0.025, 6)
    expect(normalTail(-1)).toBeCloseTo(0.841_344_7, 6)
    expect(normalTail(6) / 9.865_876e-10).toBeCloseTo(1, 5)
  })
})
