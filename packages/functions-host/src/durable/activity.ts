// One run of an activity function: its answer or its failure, as the event that the orchestrator gets.
import type { RpcTypedData } from '../core-types.ts'
import type { HostServices } from '../trigger-kind.ts'
import type { HostedFunction } from '../hosted-function.ts'
import { eventTypes, type Failure, type TaskCompleted, type TaskFailed, type TaskScheduled } from './history.ts'

/** JSON of what the function returned. */
const resultJson = (data: RpcTypedData | null | undefined): string => {
  if (!data) return 'null'
  if (data.json !== undefined) return data.json
  if (data.string !== undefined) return JSON.stringify(data.string)
  if (data.bytes) return JSON.stringify(Buffer.from(data.bytes).toString('base64'))
  return JSON.stringify(data.int ?? data.double ?? null)
}

/** What `df.app.setExceptionPropertiesProvider` makes of an error: JSON in its message. */
const detailsOf = (message: string): Record<string, unknown> | undefined => {
  if (!message.startsWith('{')) return undefined
  try {
    const details = JSON.parse(message) as Record<string, unknown>
    const isOurs = typeof details['errorType'] === 'string' && typeof details['properties'] === 'object'
    return isOurs ? details : undefined
  } catch {
    return undefined
  }
}

/** What the orchestrator gets to know of an activity that threw. */
export const failureOf = (name: string, error: unknown): Failure => {
  const message = error instanceof Error ? error.message : String(error)
  const details = detailsOf(message)
  const given = details?.['errorMessage']
  const text = typeof given === 'string' ? given : message
  return {
    // Two spaces: what a Node function threw stands after "\nException: " in an RpcException, of which the extension takes all that comes
    // after the colon (OutOfProcExceptionHelpers.cs, TaskActivityShim.cs).
    Reason: `Activity function '${name}' failed:  ${text}`,
    Details: error instanceof Error && !details ? String(error) : text,
    ...(details && {
      FailureDetails: {
        ErrorType: details['errorType'],
        ErrorMessage: text,
        StackTrace: details['stackTrace'],
        IsNonRetriable: details['isNonRetriable'] === true,
        Properties: details['properties'],
      },
    }),
  }
}

const failed = (TaskScheduledId: number, failure: Failure): TaskFailed => ({
  EventType: eventTypes.TaskFailed,
  EventId: -1,
  Timestamp: new Date().toISOString(),
  TaskScheduledId,
  ...failure,
})

const unknownFunction = (name: string, kind: string): string =>
  `The function '${name}' doesn't exist, is disabled, or is not ${kind}.`

export const unknownOrchestrator = (name: string): string => unknownFunction(name, 'an orchestrator function')

/** @param fn absent when the app has no such activity */
export const runActivity = async (
  services: HostServices,
  fn: HostedFunction | undefined,
  task: TaskScheduled,
  instanceId: string,
): Promise<TaskCompleted | TaskFailed> => {
  if (task.Overdue) return failed(task.EventId, task.Overdue)
  if (!fn) {
    const text = unknownFunction(task.Name, 'an activity function')
    return failed(task.EventId, { Reason: text, Details: text })
  }
  try {
    const { returnValue } = await services.invoke(fn, {
      data: task.Input === undefined ? {} : { json: task.Input },
      triggerMetadata: { instanceId: { string: JSON.stringify(instanceId) } },
      reason: `Task ${task.EventId} of the instance ${instanceId}.`,
    })
    return {
      EventType: eventTypes.TaskCompleted,
      EventId: -1,
      Timestamp: new Date().toISOString(),
      TaskScheduledId: task.EventId,
      Result: resultJson(returnValue),
    }
  } catch (error) {
    return failed(task.EventId, failureOf(task.Name, error))
  }
}
