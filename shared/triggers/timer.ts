// The shape of a timer function.
import type { SettingName } from '../config/settings.ts'
import type { FlowClient } from '../flows/flow-client.ts'
import type { Integration } from '../integrations.ts'
import type { HandlerTools } from './handler-tools.ts'
import type { Uses } from './uses.ts'

export type TimerDefinition = {
  readonly kind: 'timer'
  /** Ends with `-timer`. */
  readonly name: string
  /** Six-field NCRONTAB in UTC, or `%SETTING%`. */
  readonly schedule: string
  readonly summary: string
  /** As incidents name it: a run that fails is an incident, and the next that succeeds closes it. */
  readonly integration: Integration
  /** What the run does, in words of its own: the success of anything else closes nothing of it. */
  readonly operation: string
  /** How much a failed run matters: `high` wakes somebody up. */
  readonly severity?: 'high' | 'normal'
  readonly needs?: readonly SettingName[]
  readonly uses?: Uses
  /** When the run is told to stop. */
  readonly minutesMax: number
  /** It starts orchestrations. */
  readonly flows?: true
  /**
   * The work. It finds out by itself what there is to do: the tick may be late, doubled, or the first after days.
   * @param input.signal aborted when the time is up, or the lease was lost to another run
   */
  readonly handler: (
    input: HandlerTools & {
      readonly signal: AbortSignal
      /** Only with `flows: true`. */
      readonly flows: () => Promise<FlowClient>
    },
  ) => Promise<void>
}

/** Declares a timer function. Nothing happens until `register` hands it to an app. */
export const timer = (definition: Omit<TimerDefinition, 'kind'>): TimerDefinition => ({ kind: 'timer', ...definition })
