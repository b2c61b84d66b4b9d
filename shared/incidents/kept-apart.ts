// One of many that a run goes through, such as a tenant: its failure is an incident, and keeps none of the others back.
import { toAppError } from '../errors.ts'
import type { Store } from '../store/store.ts'
import { log } from '../telemetry/log.ts'
import { type Failure, recordIncident } from './incident-recording.ts'

type Tools = { readonly store: Store; readonly now: () => Date }

type Part = Pick<Failure, 'integration' | 'operation' | 'severity'> & {
  readonly tenantId: string
  /** The event in the log when it fails, such as `code.billing.report_failed`. */
  readonly event: string
  /** What else the log says of it. */
  readonly facts?: Readonly<Record<string, string>>
}

/** Never throws, even when the incident cannot be recorded. @returns undefined when it failed */
export const keptApart = async <Result>(
  tools: Tools,
  { event, facts, ...names }: Part,
  work: () => Promise<Result>,
): Promise<{ readonly done: Result } | undefined> => {
  try {
    return { done: await work() }
  } catch (thrown) {
    const error = toAppError(thrown)
    const { tenantId } = names
    log.error(event, { tenantId, ...facts, error })
    try {
      await recordIncident(tools, { ...names, error })
    } catch (unrecorded) {
      log.error('incident.not_recorded', { event, tenantId, error: unrecorded })
    }
    return undefined
  }
}
