// Timer triggers: https://learn.microsoft.com/azure/azure-functions/functions-bindings-timer
import { join } from 'node:path'
import { runWithRetries } from './retry-policy.ts'
import { openScheduleStatusStore, type ScheduleStatus } from './schedule-status.ts'
import { resolvePlaceholders } from './settings.ts'
import { createTimerListener, type TimerListener } from './timer-listener.ts'
import { parseTimerSchedule, type TimerSchedule } from './timer-schedule.ts'
import type { HostServices, TriggerKind } from './trigger-kind.ts'
import type { HostedFunction } from './hosted-function.ts'

const scheduleOf = ({ trigger: { binding } }: HostedFunction, settings: HostServices['settings']): TimerSchedule => {
  const { schedule } = binding
  if (typeof schedule !== 'string' || schedule.trim() === '') throw new Error('Its timer trigger has no schedule.')
  return parseTimerSchedule(resolvePlaceholders(schedule, settings, 'The schedule'))
}

const timerData = (schedule: TimerSchedule, status: ScheduleStatus | undefined, isPastDue: boolean) => ({
  json: JSON.stringify({
    Schedule: { AdjustForDST: schedule.adjustForDst },
    ScheduleStatus: status ?? null,
    IsPastDue: isPastDue,
  }),
})

type Timer = { readonly schedule: TimerSchedule; readonly listener: TimerListener }

const openTimer = (fn: HostedFunction, services: HostServices, stopping: AbortSignal): Timer => {
  const { settings, log, invoke } = services
  const schedule = scheduleOf(fn, settings)
  const category = `Function.${fn.name}`
  const store = openScheduleStatusStore(join(services.stateFolder, 'timers'), (name, error) =>
    log('warning', category, `The schedule status of ${name} could not be read, it starts anew: ${String(error)}`),
  )
  const { runOnStartup, useMonitor } = fn.trigger.binding
  const isMonitored = useMonitor !== false && !schedule.isSubMinute(new Date())
  const listener = createTimerListener({
    schedule,
    runOnStartup: runOnStartup === true,
    ...(isMonitored && {
      monitor: { read: () => store.read(fn.name), write: (status) => store.write(fn.name, status) },
    }),
    run: ({ isPastDue, status, reason }) =>
      runWithRetries(
        fn.metadata.retryOptions,
        (retryContext) =>
          invoke(fn, { data: timerData(schedule, status, isPastDue), reason, ...(retryContext && { retryContext }) }),
        stopping,
      ),
    onError: (problem, error) => log('error', category, `${problem}: ${String(error)}`),
  })
  return { schedule, listener }
}

export const timerTrigger: TriggerKind = {
  type: 'timerTrigger',
  open: (services) => {
    const timers = new Map<string, Timer>()
    const stopping = new AbortController()
    return {
      add: (fn) => {
        timers.set(fn.name, openTimer(fn, services, stopping.signal))
      },
      start: async () => {
        await Promise.all(
          [...timers].map(async ([name, { schedule, listener }]) => {
            await listener.start()
            const next = schedule.next(new Date())
            if (!next) services.log('warning', `Function.${name}`, `The schedule "${schedule.text}" never comes round.`)
          }),
        )
      },
      stop: () => {
        stopping.abort()
        for (const { listener } of timers.values()) listener.stop()
      },
      describe: () => 'timerTrigger',
      runByHand: async (fn) => {
        const timer = timers.get(fn.name)
        if (!timer) throw new Error(`${fn.name} is not a timer of this host.`)
        await services.invoke(fn, {
          data: timerData(timer.schedule, timer.listener.status(), false),
          reason: 'This function was programmatically called via the host APIs.',
        })
      },
    }
  },
}
