// Process entry of `npm start`: brings the local stack up, says what runs where, and takes it down again however it ends.
import { writeFileSync } from 'node:fs'
import { join, relative, resolve } from 'node:path'
import { performance } from 'node:perf_hooks'
import { makeBundles } from './bundles/build.ts'
import { shiftClock } from './clock/clock-shift.ts'
import { readLocalSettings, shellText } from './local-settings.ts'
import { partTitles, projectFolder } from './parts.ts'
import { readPorts } from './ports.ts'
import { startSeeder } from './seeder.ts'
import { type Stack, startStack } from './stack.ts'
import { type StartOptions, helpText, readStartOptions } from './start-options.ts'
import { startReport } from './start-report.ts'

const interrupted = new AbortController()
let running: Stack | undefined
let interruptedAt: number | undefined
/** A second interrupt ends everything the hard way. */
let killing: Promise<void> | undefined

/** The keyboard, npm and the installer may each pass on the same interrupt. */
const sameInterruptMs = 1_000

watchForTheEnd()
const code = await run()
await killing
process.exit(killing ? 130 : code)

async function run(): Promise<number> {
  try {
    const options = readStartOptions(process.argv.slice(2))
    if (options.help) {
      console.log(helpText)
      return 0
    }
    running = await start(options)
    const failure = await Promise.race([running.failed, untilInterrupted()])
    if (failure) console.error(`\n${failure.message}\n\nStopping the rest.`)
    else console.log('\nStopping.')
    await running.stop()
    console.log('Stopped.')
    return failure ? 1 : 0
  } catch (error) {
    if (interrupted.signal.aborted) {
      console.log('\nStopped before it was ready.')
      return 0
    }
    console.error(messageOf(error))
    return 1
  }
}

async function start(options: StartOptions): Promise<Stack> {
  const clockShiftMs = options.now ? options.now.getTime() - Date.now() : 0
  shiftClock(clockShiftMs)
  const dataFolder = resolve(process.env['LOCAL_DATA'] || resolve(projectFolder, '.local'))
  // What it needs is loaded while the storage starts, which takes longer.
  const seed = startSeeder(clockShiftMs)
  if (options.bundles) console.log('  Building the bundles …')
  const bundles = options.bundles && (await makeBundles(interrupted.signal))
  const stack = await startStack({
    ...readLocalSettings(projectFolder, process.env),
    ports: readPorts(process.env),
    dataFolder,
    reset: options.reset,
    ...(bundles && { entry: bundles }),
    clockShiftMs,
    seed,
    signal: interrupted.signal,
    onProgress: ({ name, ms }) => console.log(`  ${name.padEnd(12)} ready in ${seconds(ms)}`),
    onLine: (part, line, stream) => {
      const text = part === 'functions' ? line : `[${partTitles[part]}] ${line}`
      if (stream === 'stderr') console.error(text)
      else if (options.verbose) console.log(text)
    },
  })
  // For the commands that work on the tables, as docs/deployment.md has them for Azure.
  writeFileSync(join(dataFolder, 'settings.env'), shellText(stack.settings), { mode: 0o600 })
  console.log(`\nThe local stack is ready after ${seconds(performance.now())}.`)
  if (options.now) console.log(`The stack runs as of ${new Date().toISOString()}.`)
  const shown = relative(process.cwd(), dataFolder)
  console.log(startReport(stack, shown.startsWith('..') ? dataFolder : shown))
  return stack
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`
}

function untilInterrupted(): Promise<undefined> {
  return new Promise((resolveWith) => {
    if (interrupted.signal.aborted) resolveWith(undefined)
    interrupted.signal.addEventListener('abort', () => resolveWith(undefined))
  })
}

function watchForTheEnd(): void {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => onInterrupt())
  process.on('disconnect', onInterrupt)
  // The terminal may be gone; what is written to it must not keep the stack from being stopped.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {})
}

function onInterrupt(): void {
  const now = performance.now()
  interruptedAt ??= now
  interrupted.abort(new Error('Interrupted.'))
  if (now - interruptedAt < sameInterruptMs) return
  if (killing) return
  console.error('Ending everything immediately.')
  killing = running?.kill() ?? Promise.resolve()
  // Parts that were just starting notice by themselves that this process is gone.
  void killing.finally(() => process.exit(130))
}

function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  return error.cause === undefined ? error.message : `${error.message}\nCause: ${messageOf(error.cause)}`
}
