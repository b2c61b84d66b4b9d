// How many of the planted attacks are found, and how often a harmless week raises an alarm, by days of history.
import type { Measure } from '../measure.ts'
import { type Part, parts } from '../part.ts'
import { usualCount } from '../../shared/ai/behaviour/baseline.ts'
import { counts } from '../../shared/ai/behaviour/device-event.ts'
import { countsOf, newMemory } from '../../shared/ai/behaviour/device-memory.ts'
import { localHours } from '../../shared/ai/behaviour/hour-class.ts'
import { digests } from '../../shared/ai/behaviour/known-values.ts'
import { takeEvents } from '../../shared/ai/behaviour/taking.ts'
import { type AttackKind, attackKinds } from './attacks.ts'
import { deviceKinds, deviceStream } from './device-streams.ts'

const feature = 'behavioral-analysis'
const devicesMax = 200

type Found = {
  readonly attacks: Record<AttackKind, { planted: number; found: number }>
  falseAlarms: number
  deviceWeeks: number
  /** Hours of the last week with a score, and all of it. */
  scored: number
  /** Counts of harmless hours, and those that less than one in a hundred is expected to reach. */
  judged: number
  beyond: number
}

export const measureBehaviour = (part: Part, max: number): readonly Measure[] => {
  const devices = Math.min(max, devicesMax)
  const [month, fortnight, young] = [30, 14, 0].map((days) => run(part, devices, days)) as [Found, Found, Found]
  return [
    rate('false alarms a device-week, 30 days known', month, 0.2),
    ...attackKinds.map((kind) =>
      share(`${kind} found, 30 days known`, month, kind, kind === 'burst' ? 0.95 : undefined),
    ),
    rate('false alarms a device-week, 14 days known', fortnight, 0.5),
    share('burst found, 14 days known', fortnight, 'burst', undefined),
    { feature, name: 'scores in the first 7 days', right: young.scored, of: young.deviceWeeks, most: 0 },
    {
      feature,
      name: 'harmless counts said to be one in a hundred',
      right: month.beyond,
      of: month.judged,
      most: 0.012,
    },
  ]
}

const rate = (name: string, { falseAlarms, deviceWeeks }: Found, most: number): Measure => ({
  feature,
  name,
  right: falseAlarms,
  of: deviceWeeks,
  most,
})

const share = (name: string, { attacks }: Found, kind: AttackKind, bar: number | undefined): Measure => ({
  feature,
  name,
  right: attacks[kind].found,
  of: attacks[kind].planted,
  bar,
})

const run = (part: Part, devices: number, historyDays: number): Found => {
  const found: Found = {
    attacks: Object.fromEntries(attackKinds.map((kind) => [kind, { planted: 0, found: 0 }])) as Found['attacks'],
    falseAlarms: 0,
    deviceWeeks: 0,
    scored: 0,
    judged: 0,
    beyond: 0,
  }
  for (let index = 0; index < devices; index += 1) {
    const seed = index * parts.length + parts.indexOf(part) + 1
    watch(seed, deviceKinds[index % deviceKinds.length] ?? 'workstation', historyDays, found)
  }
  return found
}

const watch = (seed: number, kind: (typeof deviceKinds)[number], historyDays: number, found: Found): void => {
  const memory = newMemory()
  const tools = { localHourOf: localHours('UTC'), digestOf: digests(`device ${seed}`) }
  const unusual = new Set<number>()
  const attacks = new Map<number, AttackKind>()
  const weekFrom = firstHourOf(seed, kind, historyDays) + historyDays * 24
  found.deviceWeeks += 1
  for (const { hour, events, attack } of deviceStream({ seed, kind, historyDays })) {
    const { judged } = takeEvents(memory, events, tools)
    for (const one of judged) if (one.isUnusual && one.hour >= weekFrom) unusual.add(one.hour)
    if (hour < weekFrom) continue
    if (attack) attacks.set(hour, attack.kind)
    else calibrate(memory, found, tools.localHourOf(hour).class)
    found.scored += judged.some(({ score }) => score !== null) ? 1 : 0
  }
  for (const [hour, of] of attacks) {
    found.attacks[of].planted += 1
    if (unusual.has(hour)) found.attacks[of].found += 1
  }
  found.falseAlarms += [...unusual].filter((hour) => !attacks.has(hour)).length
}

const firstHourOf = (seed: number, kind: (typeof deviceKinds)[number], historyDays: number): number => {
  for (const { hour } of deviceStream({ seed, kind, historyDays })) return hour - (hour % 24)
  return 0
}

const calibrate = (memory: ReturnType<typeof newMemory>, found: Found, hourClass: number): void => {
  const open = memory.open.at(-1)
  if (!open) return
  for (const [index, count] of countsOf(open).entries()) {
    const name = counts[index]
    if (name === undefined) continue
    found.judged += 1
    if (usualCount(memory.baseline, name, hourClass).tail(count) < 0.01) found.beyond += 1
  }
}
