// An instance and its history as the HTTP API shows them, in the shape of the extension's StatusResponsePayload.
import { eventTypes, type HistoryEvent, isScheduled, type ScheduledEvent } from './history.ts'
import type { InstanceHead } from './instance.ts'

const parsed = (json: string | undefined): unknown => (json === undefined ? null : (JSON.parse(json) as unknown))

/** Whole seconds, as the extension writes them. */
const seconds = (time: string): string => `${time.slice(0, 19)}Z`

const names = new Map<number, string>(Object.entries(eventTypes).map(([name, number]) => [number, name]))

/** Those that the extension leaves out, since others say the same. */
const hidden: ReadonlySet<number> = new Set([
  eventTypes.OrchestratorStarted,
  eventTypes.OrchestratorCompleted,
  eventTypes.TaskScheduled,
  eventTypes.SubOrchestrationInstanceCreated,
  eventTypes.TimerCreated,
])

const details = (
  event: HistoryEvent,
  scheduled: ReadonlyMap<number, ScheduledEvent>,
  showsOutput: boolean,
): Record<string, unknown> => {
  const input = 'Input' in event && event.Input !== undefined ? { Input: parsed(event.Input) } : {}
  const result = showsOutput && 'Result' in event ? { Result: parsed(event.Result) } : {}
  if (event.EventType === eventTypes.ExecutionStarted) return { FunctionName: event.Name, ...(showsOutput && input) }
  if (event.EventType === eventTypes.ExecutionCompleted)
    return { OrchestrationStatus: event.OrchestrationStatus, ...result }
  if (event.EventType === eventTypes.EventRaised) return { Name: event.Name, ...(showsOutput && input) }
  if (event.EventType === eventTypes.TimerFired) return { FireAt: event.FireAt }
  if ('TaskScheduledId' in event) {
    const task = scheduled.get(event.TaskScheduledId)
    return {
      ...(task && 'Name' in task && { FunctionName: task.Name }),
      ...(task && { ScheduledTime: task.Timestamp }),
      ...('Reason' in event && { Reason: event.Reason, Details: event.Details }),
      ...result,
    }
  }
  return input
}

/** @param showsOutput whether results and the data of events are shown */
export const historyPayload = (history: readonly HistoryEvent[], showsOutput: boolean): unknown[] => {
  const scheduled = new Map(history.filter(isScheduled).map((event) => [event.EventId, event]))
  return history
    .filter(({ EventType }) => !hidden.has(EventType))
    .map((event) => ({
      EventType: names.get(event.EventType),
      ...details(event, scheduled, showsOutput),
      Timestamp: event.Timestamp,
    }))
}

export const statusPayload = (head: InstanceHead, options: { readonly showsInput: boolean }) => ({
  name: head.name,
  instanceId: head.instanceId,
  runtimeStatus: head.status,
  input: options.showsInput ? parsed(head.input?.text) : null,
  customStatus: parsed(head.customStatus?.text),
  output: parsed(head.output?.text),
  createdTime: seconds(head.createdTime),
  lastUpdatedTime: seconds(head.lastUpdatedTime),
})
