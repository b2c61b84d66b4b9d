// Takes a day of work, or a change of employment, into what is known of the person, and tells Defend the signals that come of it.
import type { Event } from '../../../shared/bus/event.ts'
import { requireData } from '../../../shared/bus/needed-data.ts'
import { shortId } from '../../../shared/bus/short-id.ts'
import { isAhead } from '../../../shared/schema/time.ts'
import { unknownValue } from '../../../shared/schema/reading.ts'
import type { Services } from '../../../shared/services.ts'
import { retryOnConflict } from '../../../shared/store/retry-on-conflict.ts'
import type { Row } from '../../../shared/store/store.ts'
import { resolveSettings } from '../../../shared/tenants/tenant-settings.ts'
import type { HandledOutcome } from '../../../shared/triggers/subscriber.ts'
import { newSignals } from './signal-rules.ts'
import { insiderSignalTable } from './signal-table.ts'
import { tellSignal } from './signal-telling.ts'
import { type Signal, WorkHistory, dayNumberOf, emptyHistory, withDay, withEmployment } from './work-history.ts'

export type WorkEvent = Event<'people.work_day.summarized' | 'people.employment.changed'>

type Who = { readonly tenantId: string; readonly userId: string }

/** May be cut off anywhere and called again, several times at once. */
export const takeWork = async (services: Services, tenantId: string, event: WorkEvent): Promise<HandledOutcome> => {
  const who = { tenantId, userId: shortId(event.data.user_id) }
  const { insiderSignals, aiOptOut } = await resolveSettings(services.store(), tenantId)
  if (!insiderSignals || aiOptOut) {
    // Nothing of anybody is kept where nobody wants it, also of what was kept before.
    await services.store().open(insiderSignalTable).history.delete(who)
    return 'ignored'
  }
  requireReadable(event)
  const change = changeOf(event, services.now())
  if (!change) return 'ignored'
  const isNew = await retryOnConflict(() => keep(services, who, change))
  const hasTold = await tellOpen(services, who)
  return isNew || hasTold ? 'completed' : 'duplicate'
}

/** Only where signals are wanted: elsewhere nothing of anybody is kept, parked messages included. */
const requireReadable = (event: WorkEvent): void => {
  if (event.type === 'people.work_day.summarized')
    requireData(event, ['day', 'records_opened', 'records_exported', 'active_hours'])
  else requireData(event, ['change', 'changed_at'])
}

type Change = (history: WorkHistory) => WorkHistory | 'known'

/** Undefined for what cannot be, or is a word that is not known here. */
export const changeOf = ({ type, data }: WorkEvent, now: Date): Change | undefined => {
  if (type === 'people.work_day.summarized') {
    const { day, records_opened: opened, records_exported: exported, active_hours: hours } = data
    if (day === undefined || isAhead(`${day}T00:00:00.000Z`, now)) return undefined
    // What cannot be read is not zero: as a usual day it would make any other one unusual.
    if (opened === undefined || exported === undefined || hours === undefined) return undefined
    const known = [...new Set(hours)].filter((hour) => hour >= 0 && hour < 24)
    return (history) => withDay(history, { day: dayNumberOf(day), opened, exported, hours: known })
  }
  const { change, changed_at: changedAt, effective_on: effectiveOn = null } = data
  if (change === unknownValue || changedAt === undefined || isAhead(changedAt, now)) return undefined
  return (history) => withEmployment(history, { change, changedAt, effectiveOn })
}

/** Decided in the same write: whoever is faster decides, and the others see it. */
const keep = async (services: Services, who: Who, change: Change): Promise<boolean> => {
  const { row, history } = await readHistory(services, who)
  const next = change(history)
  if (next === 'known') return false
  await writeHistory(services, who, row, { ...next, signals: [...next.signals, ...newSignals(next)] })
  return true
}

/** @returns whether there was anything to tell */
const tellOpen = async (services: Services, who: Who): Promise<boolean> => {
  const { history } = await readHistory(services, who)
  const open = history.signals.filter(({ state }) => state === 'open')
  for (const signal of open) {
    const state = await tellSignal(services, who, signal)
    await retryOnConflict(() => noteState(services, who, signal.day, state))
  }
  return open.length > 0
}

const noteState = async (services: Services, who: Who, day: number, state: Signal['state']): Promise<void> => {
  const { row, history } = await readHistory(services, who)
  const signals = history.signals.map((signal) => (signal.day === day ? { ...signal, state } : signal))
  await writeHistory(services, who, row, { ...history, signals })
}

type Found = { readonly row: Row<Who & { readonly sealed: string }> | undefined; readonly history: WorkHistory }

const recordOf = ({ userId }: Who): string => `work-history/${userId}`

const readHistory = async (services: Services, who: Who): Promise<Found> => {
  const row = await services.store().open(insiderSignalTable).history.get(who)
  if (!row) return { row, history: emptyHistory() }
  const text = await (await services.sealing()).open(who.tenantId, recordOf(who), row.value.sealed)
  return { row, history: WorkHistory.parse(JSON.parse(text)) }
}

const writeHistory = async (services: Services, who: Who, row: Found['row'], history: WorkHistory): Promise<void> => {
  const rows = services.store().open(insiderSignalTable).history
  const sealed = await (await services.sealing()).seal(who.tenantId, recordOf(who), JSON.stringify(history))
  await (row ? rows.update(row, { ...who, sealed }) : rows.insert({ ...who, sealed }))
}
