// What host.json says under `functionTimeout`: a run that takes longer costs the whole process, with everything that is in flight.
import type { HostLog } from './host-log.ts'

/** GracePeriod of TimeoutAttribute.cs (azure-webjobs-sdk). */
const graceMs = 2_000

export type TimedRun = { readonly name: string; readonly invocationId: string }

export type FunctionTimeout = {
  /** Gives the promise back, and counts its time. */
  readonly watch: <T>(run: TimedRun, work: Promise<T>) => Promise<T>
}

type Options = {
  /** Undefined is no limit. */
  readonly timeoutMs: number | undefined
  readonly log: HostLog
  /** Ends the process. On Azure that is the worker: all its runs fail, and the host starts another. */
  readonly onTimeout: () => void
}

const dayMs = 86_400_000

/** As .NET writes it. */
const asTimeSpan = (ms: number): string =>
  `${ms < dayMs ? '' : `${Math.floor(ms / dayMs)}.`}${new Date(ms % dayMs).toISOString().slice(11, 19)}`

/** FunctionExecutor.cs of azure-webjobs-sdk (`OnFunctionTimeout`) and WebScriptHostExceptionHandler.cs of azure-functions-host. */
export const createFunctionTimeout = ({ timeoutMs, log, onTimeout }: Options): FunctionTimeout => {
  const giveUp = ({ name, invocationId }: TimedRun): void => {
    log(
      'warning',
      'Host.Startup',
      `A function timeout has occurred. Restarting worker process executing invocationId '${invocationId}'.`,
      invocationId,
    )
    log('error', `Function.${name}`, `Executed 'Functions.${name}' (Failed, Id=${invocationId})`, invocationId)
    onTimeout()
  }
  return {
    watch: (run, work) => {
      if (timeoutMs === undefined) return work
      let timer = setTimeout(() => {
        const { name, invocationId } = run
        const text = `Timeout value of ${asTimeSpan(timeoutMs)} exceeded by function 'Functions.${name}' (Id: '${invocationId}'). Initiating cancellation.`
        log('error', `Function.${name}`, text, invocationId)
        // It may just be about to end.
        timer = setTimeout(() => giveUp(run), graceMs)
      }, timeoutMs)
      const stop = (): void => clearTimeout(timer)
      work.then(stop, stop)
      return work
    },
  }
}
