// Both ends of a process of the local stack: it says when it is ready and where, and never outlives the one that started it.
import { type ChildProcess, fork } from 'node:child_process'
import { flushCompileCache } from 'node:module'
import { finished } from 'node:stream/promises'
import { setTimeout as sleep } from 'node:timers/promises'

/** What a child serves: a name for each URL, e.g. `{ tables: 'http://127.0.0.1:10002' }`. */
export type Urls = Readonly<Record<string, string>>

type FromChild = { readonly ready: Urls } | { readonly failed: string }

/** Longer than a parent waits. */
const closeMsMax = 8_000

/** A child that ends with this code wants to be started again as it was. */
export const againCode = 75

/**
 * The child's end. Starts, reports its URLs (or why it could not start) to the parent, and closes on SIGTERM or when the parent
 * lets go of it or is gone. An interrupt from the keyboard and the end of the terminal reach the whole group: the parent decides
 * then, so a child ignores them. Started by hand, without a parent, it prints its URLs and closes on the interrupt.
 */
export const serveAsChild = async (
  start: () => Promise<{ readonly urls: Urls; readonly close: () => Promise<void> }>,
): Promise<void> => {
  const hasParent = process.send !== undefined
  const report = (message: FromChild): void => {
    if (!hasParent) console.log(message)
    else if (process.connected) process.send?.(message)
  }
  let close = async (): Promise<void> => {}
  let closing = false
  const stop = (): void => {
    if (closing) return
    closing = true
    // Nobody is left to end it the hard way when the parent is gone.
    setTimeout(() => process.exit(1), closeMsMax).unref()
    void close()
      .catch((error: unknown) => {
        console.error('Closing failed:', error)
        process.exitCode = 1
      })
      .finally(() => process.exit(process.exitCode ?? 0))
  }
  process.on('SIGTERM', stop)
  for (const signal of ['SIGINT', 'SIGHUP'] as const) process.on(signal, hasParent ? () => {} : stop)
  process.on('disconnect', stop)
  // Without the parent its ends of these pipes are gone too, and what is written to them must not cut the closing short.
  if (hasParent) for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {})
  try {
    const started = await start()
    close = started.close
    report({ ready: started.urls })
    // Where Node.js was given a cache for what it compiles (NODE_COMPILE_CACHE): one that is killed leaves it filled as well.
    flushCompileCache()
  } catch (error) {
    report({ failed: error instanceof Error ? error.message : String(error) })
    process.exitCode = 1
    stop()
  }
}

/** How a process ended: its code, or the signal that ended it, and the last lines that it wrote. */
export type Ending = {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly lastLines: readonly string[]
}

export type Child = {
  readonly name: string
  readonly pid: number
  readonly urls: Urls
  /** Resolves when the process has ended, however it ended. */
  readonly ended: Promise<Ending>
  /** Asks it to close, and ends it the hard way after `graceMs`. */
  readonly stop: (graceMs?: number) => Promise<void>
  /** SIGKILL: what a crash looks like. */
  readonly kill: () => Promise<void>
}

type ChildOptions = {
  readonly name: string
  /** The TypeScript file to run. */
  readonly file: string
  readonly args?: readonly string[]
  /** The Node.js that runs it; the parent's unless given. */
  readonly node?: string
  /** Options of Node.js beside the parent's own. */
  readonly execArgv?: readonly string[]
  /** Environment variables beside the parent's own. */
  readonly env?: Readonly<Record<string, string>>
  /** Every line that the child writes. Silence is the default. */
  readonly onLine?: (line: string, stream: 'stdout' | 'stderr') => void
  readonly readyMsMax?: number
  /** Gives up the start: the child is ended, and the reason of the signal is thrown. */
  readonly signal?: AbortSignal
}

const lastLinesMax = 20

/** The parent's end: resolves once the child is ready, throws its reason if it could not start. */
export const startChild = async ({
  name,
  file,
  args = [],
  node = process.execPath,
  execArgv = [],
  env = {},
  onLine = () => {},
  readyMsMax = 60_000,
  signal,
}: ChildOptions): Promise<Child> => {
  signal?.throwIfAborted()
  const child = fork(file, args, {
    execPath: node,
    execArgv: [...process.execArgv, ...execArgv],
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  })
  const lastLines: string[] = []
  for (const stream of ['stdout', 'stderr'] as const)
    forEachLine(child[stream], (line) => {
      lastLines.push(line)
      if (lastLines.length > lastLinesMax) lastLines.shift()
      onLine(line, stream)
    })
  const ended = endingOf(child, lastLines)
  const kill = async (): Promise<void> => {
    child.kill('SIGKILL')
    await ended
  }
  try {
    const urls = await readiness(child, { name, ended, lastLines, readyMsMax, signal })
    return { name, pid: child.pid ?? 0, urls, ended, kill, stop: (graceMs = 5_000) => stopChild(child, ended, graceMs) }
  } catch (error) {
    await kill()
    throw error
  }
}

/** By letting go of it rather than by a signal, which on Windows would end it at once. */
const stopChild = async (child: ChildProcess, ended: Promise<Ending>, graceMs: number): Promise<void> => {
  if (child.connected) child.disconnect()
  const hard = setTimeout(() => child.kill('SIGKILL'), graceMs)
  await ended
  clearTimeout(hard)
}

const endingOf = async (child: ChildProcess, lastLines: readonly string[]): Promise<Ending> => {
  // Not the event `close` of the process, which does not come once the parent has let go of the child.
  const written = Promise.allSettled(
    [child.stdout, child.stderr].flatMap((stream) => (stream ? [finished(stream)] : [])),
  )
  await Promise.race([
    new Promise((resolve) => child.once('exit', resolve)),
    // Only a process that could not be started has no id; it has no exit either.
    new Promise<void>((resolve) => child.on('error', () => child.pid === undefined && resolve())),
  ])
  // Its last words may still be in the pipe; a process that it started itself may hold the pipe open.
  if (child.pid !== undefined) await Promise.race([written, sleep(1_000, undefined, { ref: false })])
  return { code: child.exitCode, signal: child.signalCode, lastLines }
}

export const describeEnding = (name: string, { code, signal, lastLines }: Ending): string =>
  [`${name} stopped unexpectedly (${signal ?? `code ${code}`}).`, ...lastLines].join('\n')

type Waiting = {
  readonly name: string
  readonly ended: Promise<Ending>
  readonly lastLines: readonly string[]
  readonly readyMsMax: number
  readonly signal: AbortSignal | undefined
}

const readiness = (child: ChildProcess, { name, ended, lastLines, readyMsMax, signal }: Waiting): Promise<Urls> =>
  new Promise((resolve, reject) => {
    const late = setTimeout(() => {
      const message = [`${name} was not ready within ${readyMsMax} ms.`, ...lastLines].join('\n')
      settle(() => reject(new Error(message)))
    }, readyMsMax)
    const onAbort = (): void => settle(() => reject(signal?.reason as Error))
    const settle = (outcome: () => void): void => {
      clearTimeout(late)
      signal?.removeEventListener('abort', onAbort)
      outcome()
    }
    signal?.addEventListener('abort', onAbort)
    child.once('message', (message: FromChild) =>
      settle(() =>
        'ready' in message ? resolve(message.ready) : reject(new Error(`${name} could not start: ${message.failed}`)),
      ),
    )
    child.once('error', (error) => settle(() => reject(error)))
    void ended.then((ending) =>
      settle(() => reject(new Error(`${name} could not start. ${describeEnding(name, ending)}`))),
    )
  })

const forEachLine = (stream: NodeJS.ReadableStream | null, onLine: (line: string) => void): void => {
  let rest = ''
  stream?.setEncoding('utf8')
  stream?.on('data', (chunk: string) => {
    const lines = (rest + chunk).split('\n')
    rest = lines.pop() ?? ''
    lines.forEach(onLine)
  })
  stream?.on('end', () => {
    if (rest) onLine(rest)
  })
}
