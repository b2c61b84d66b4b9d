// Takes events of a device into the hours that are open, and closes those that are over. The order of events makes no difference within an
// hour and the one after it; what comes later than that is counted as late and changes nothing.
import { type CountName, type DeviceEvent, countOf, counts, families, valuesOf } from './device-event.ts'
import { type DeviceMemory, type OpenHour, closeHour, newHour } from './device-memory.ts'
import { type LocalHour, type LocalHourOf, hourMs } from './hour-class.ts'
import { type Judgement, judge } from './judgement.ts'
import { type DigestOf, isKnown } from './known-values.ts'

export type JudgedHour = Judgement & {
  readonly hour: number
  readonly local: LocalHour
  /** Higher for a later state of the hour. */
  readonly version: number
  /** It is over: nothing will change it any more. */
  readonly isFinal: boolean
  /** Somebody has to hear of it: it is over, or unusual and more so than was told. */
  readonly isNews: boolean
}

export type Taken = {
  /** Every hour that was closed or changed, as it is judged now; the older first. */
  readonly judged: readonly JudgedHour[]
  readonly late: number
}

type Tools = { readonly localHourOf: LocalHourOf; readonly digestOf: DigestOf }

/** Changes the memory. @param events of one device, in any order */
export const takeEvents = (memory: DeviceMemory, events: readonly DeviceEvent[], tools: Tools): Taken => {
  const judged: JudgedHour[] = []
  let late = 0
  for (const [hour, together] of byHour(events)) {
    const open = openHour(memory, hour, tools, judged)
    if (!open) late += together.length
    else for (const event of together) count(memory, open, event, tools)
  }
  for (const open of memory.open) judged.push(judgedNow(memory, open, tools))
  return { judged, late }
}

const byHour = (events: readonly DeviceEvent[]): [number, DeviceEvent[]][] =>
  [...Map.groupBy(events, ({ at }) => Math.floor(at / hourMs))].toSorted(([a], [b]) => a - b)

/** An hour and the one before it are open. */
const openMax = 2

/** Undefined for an hour that is closed, or was passed over. */
const openHour = (memory: DeviceMemory, hour: number, tools: Tools, judged: JudgedHour[]): OpenHour | undefined => {
  const there = memory.open.find((open) => open.hour === hour)
  if (there) return there
  const latest = memory.open.at(-1)?.hour
  if (latest !== undefined && hour < latest - openMax + 1) return undefined
  const made = newHour(hour)
  memory.open = [...memory.open, made].toSorted((a, b) => a.hour - b.hour)
  const newest = memory.open.at(-1)?.hour ?? hour
  for (const over of memory.open.filter((open) => open.hour < newest - openMax + 1)) close(memory, over, tools, judged)
  memory.open = memory.open.filter((open) => open.hour >= newest - openMax + 1)
  return made
}

/** An unusual hour is told of again when its score has grown by so much. */
const growthTold = 5

const judgedNow = (memory: DeviceMemory, open: OpenHour, { localHourOf }: Tools): JudgedHour => {
  const local = localHourOf(open.hour)
  const judgement = judge(memory, open, local)
  const { score, isUnusual } = judgement
  const isNews = isUnusual && (score ?? 0) >= (open.told ?? -growthTold) + growthTold
  open.isUnusual = isUnusual
  if (isNews && score !== null) open.told = score
  return { ...judgement, hour: open.hour, local, version: open.events, isFinal: false, isNews }
}

/** It is judged by what was usual before it, and learned then. */
const close = (memory: DeviceMemory, hour: OpenHour, tools: Tools, judged: JudgedHour[]): void => {
  const last = judgedNow(memory, hour, tools)
  judged.push({ ...last, version: last.version + 1, isFinal: true, isNews: true })
  closeHour(memory, hour, tools.localHourOf)
}

/** What is beyond is not looked at: an hour of one device stays small. */
const valuesOfHourMax = 100
const exampleLengthMax = 80

const count = (memory: DeviceMemory, open: OpenHour, event: DeviceEvent, { localHourOf, digestOf }: Tools): void => {
  const add = (name: CountName, by: number): void => {
    const index = counts.indexOf(name)
    // Beyond it a sum would be no whole number any more, and no row would take it.
    open.counts[index] = Math.min(Number.MAX_SAFE_INTEGER, (open.counts[index] ?? 0) + by)
  }
  open.events += 1
  const name = countOf(event)
  if (name !== undefined) add(name, 1)
  if (event.kind === 'connection') add('megabytes', event.bytesSent ?? 0)
  const { day } = localHourOf(open.hour)
  const values = valuesOf(event)
  for (const [index, family] of families.entries()) {
    const value = values[family]
    const [seen, known] = [open.seen[index], memory.known[index]]
    if (value === undefined || !seen || !known) continue
    const digest = digestOf(family, value)
    if (seen.size < valuesOfHourMax) seen.add(digest)
    const example = open.examples[index]
    if (family !== 'user' && (!example || digest < example.digest) && !isKnown(known, digest, day))
      open.examples[index] = { digest, text: value.slice(0, exampleLengthMax).toWellFormed() }
  }
}
