// One orchestration instance, as it was committed last.
import type { HistoryEvent, IncomingEvent } from './history.ts'
import type { KeptText } from './kept-text.ts'

export type RuntimeStatus = 'Pending' | 'Running' | 'Suspended' | 'Completed' | 'Failed' | 'Terminated'

/** The task of another instance that this one answers. */
export type Parent = { readonly instanceId: string; readonly executionId: string; readonly taskId: number }

export type HistoryPages = {
  /** How many pages are full. */
  readonly pages: number
  /** Texts of pages that are stored apart, to be deleted with them. */
  readonly pageRefs: readonly string[]
  /** JSON of the events since the last page. */
  readonly openPage: string
}

export type InstanceHead = {
  readonly instanceId: string
  readonly name: string
  readonly version?: string
  /** New with each start; continueAsNew keeps it. What is sent to the instance belongs to a life. */
  readonly lifeId: string
  /** New with each start and each continueAsNew. Histories and completions belong to an execution. */
  readonly executionId: string
  readonly status: RuntimeStatus
  readonly createdTime: string
  readonly lastUpdatedTime: string
  readonly parent?: Parent
  /** JSON, as all texts here. */
  readonly input?: KeptText
  readonly output?: KeptText
  readonly customStatus?: KeptText
}

export type InstanceState = InstanceHead &
  HistoryPages & {
    /** Of this execution. */
    readonly history: readonly HistoryEvent[]
    /** What the execution begins with and has not taken yet: ExecutionStarted, and events carried over by continueAsNew. */
    readonly pending: readonly IncomingEvent[]
    readonly pendingText?: KeptText
    /** Of the stored row. */
    readonly etag: string
  }

export const isFinal = (status: RuntimeStatus): boolean =>
  status === 'Completed' || status === 'Failed' || status === 'Terminated'

/** Something that waits for the instance's next turn. */
export type Message = {
  readonly event: IncomingEvent
  /** The execution that it completes a task of; absent for what is for any. */
  readonly executionId?: string
  /** Its row; absent when it is not stored: a timer is derived from the history, and `pending` stands in the instance's row. */
  readonly rowKey?: string
  readonly ref?: string
  readonly isPending?: boolean
}
