// The running processes of the local stack: watched, so that the end of one is noticed, and ended together in order.
import { join } from 'node:path'
import { type Child, type Ending, againCode, describeEnding, startChild } from '@theone/local-process/child-process'
import { type PartName, type PartProgram, partTitles, projectFolder } from './parts.ts'

const compileCache = join(projectFolder, 'node_modules/.cache/node-compile')

/** What writes before what keeps, so that nothing is lost. */
const stopRounds: readonly (readonly PartName[])[] = [['functions'], ['peers'], ['serviceBus', 'azurite']]

type GroupOptions = {
  readonly signal: AbortSignal | undefined
  readonly onLine: (part: PartName, line: string, stream: 'stdout' | 'stderr') => void
  readonly onChange: (processes: Readonly<Record<string, number>>) => void
}

/** The processes, those that are just starting included: a start that is given up leaves none of them behind. */
export const createPartGroup = ({ signal, onLine, onChange }: GroupOptions) => {
  const children = new Map<PartName, Child>()
  /** Those that are being ended included. */
  const alive = new Set<Child>()
  const starting = new Set<Promise<unknown>>()
  const abort = new AbortController()
  const anySignal = signal ? AbortSignal.any([signal, abort.signal]) : abort.signal
  const failure = Promise.withResolvers<Error>()
  const givenUp = rejectionOn(anySignal)
  const changed = (): void => onChange(Object.fromEntries([...children].map(([part, { pid }]) => [part, pid])))

  const fail = (error: Error): void => {
    failure.resolve(error)
    abort.abort(error)
  }
  const onEnd = (part: PartName, program: PartProgram, child: Child) => (ending: Ending) => {
    alive.delete(child)
    if (children.get(part) !== child) return
    children.delete(part)
    if (ending.code !== againCode) fail(new Error(describeEnding(partTitles[part], ending)))
    else if (!anySignal.aborted) start(part, program).catch(fail)
  }
  const start = async (part: PartName, program: PartProgram): Promise<void> => {
    const work = startPart(part, program, onLine, anySignal)
    starting.add(work)
    try {
      const child = await work
      children.set(part, child)
      alive.add(child)
      void child.ended.then(onEnd(part, program, child))
      changed()
    } finally {
      starting.delete(work)
    }
  }
  const remove = async (part: PartName, end: (child: Child) => Promise<void>): Promise<void> => {
    const child = children.get(part)
    children.delete(part)
    if (child) await end(child)
  }
  const startNoMore = async (): Promise<void> => {
    abort.abort(new Error('The local stack was stopped.'))
    await Promise.allSettled(starting)
  }

  return {
    children,
    failed: failure.promise,
    giveUp: (reason: unknown) => abort.abort(reason),
    /** The work's result, or the reason why the start is given up, whichever comes first. */
    unlessFailed: <T>(work: Promise<T>): Promise<T> => Promise.race([work, givenUp]),
    start,
    remove,
    stop: async (): Promise<void> => {
      await startNoMore()
      for (const round of stopRounds) await Promise.all(round.map((part) => remove(part, (child) => child.stop())))
    },
    /** Also cuts a stop short that is under way. */
    kill: async (): Promise<void> => {
      await startNoMore()
      children.clear()
      await Promise.all([...alive].map((child) => child.kill()))
    },
  }
}

const startPart = (
  part: PartName,
  program: PartProgram,
  onLine: GroupOptions['onLine'],
  signal: AbortSignal,
): Promise<Child> =>
  startChild({
    ...program,
    // Storage loads a third faster from the second start on, and no part keeps the compiler of TypeScript in memory.
    env: { NODE_COMPILE_CACHE: compileCache, ...program.env },
    name: partTitles[part],
    onLine: (line, stream) => onLine(part, line, stream),
    signal,
  })

const rejectionOn = (signal: AbortSignal): Promise<never> => {
  const rejection = new Promise<never>((_, reject) => {
    const refuse = (): void => reject(signal.reason as Error)
    if (signal.aborted) refuse()
    signal.addEventListener('abort', refuse)
  })
  // Nobody may be waiting for it.
  rejection.catch(() => {})
  return rejection
}
