// The local stack as one thing: storage, broker, peers and host, started in order, watched, and stopped without losing anything.
import { join } from 'node:path'
import type { Child } from '@theone/local-process/child-process'
import { shiftedClockOptions } from './clock/clock-shift.ts'
import { openDataFolder } from './data-folder.ts'
import { type LocalSettings, moveToPorts } from './local-settings.ts'
import { openPartLogs } from './part-log.ts'
import { createPartGroup } from './part-group.ts'
import { type Bundles, type PartName, defaultEntry, partTitles, programOf } from './parts.ts'
import { type ChosenPorts, type PortName, type Ports, choosePorts, refuseUsedPorts, urlsOf } from './ports.ts'

/** Brings the first data in, such as the integration key with which people and tests call. Running it again does no harm. */
export type Seed = (input: {
  readonly settings: LocalSettings
  readonly dataFolder: string
}) => Promise<{ readonly integrationKey: string }>

export type StackOptions = {
  /** 0 takes any free port. */
  readonly ports: Ports
  /** Made if it is missing. No other stack may use it. */
  readonly dataFolder: string
  /** App settings; in them the addresses of the usual ports are replaced by the real ones. */
  readonly settings: LocalSettings
  /** App settings that win, and are taken as they stand. */
  readonly overrides?: LocalSettings
  /** Settings of the host alone, such as the addresses of what stands between it and the rest. */
  readonly hostSettings?: (known: Pick<Stack, 'urls' | 'settings'>) => Promise<LocalSettings>
  readonly seed: Seed
  /** The file that registers the functions, or the bundles to run instead. */
  readonly entry?: string | Bundles
  /** Delete what earlier runs left in the data folder. */
  readonly reset?: boolean
  /** How much later than the machine's the time of every part is; less than 0 for earlier. Whoever starts the stack shifts its own. */
  readonly clockShiftMs?: number
  /** Each step as it is done. */
  readonly onProgress?: (step: { readonly name: string; readonly ms: number }) => void
  /** Each line that a part writes; all of them are in `<dataFolder>/logs` as well. */
  readonly onLine?: (part: PartName, line: string, stream: 'stdout' | 'stderr') => void
  /** Gives up the start. */
  readonly signal?: AbortSignal
}

export type Stack = {
  readonly urls: Readonly<Record<PortName, string>>
  /** The app settings of the functions. */
  readonly settings: LocalSettings
  readonly integrationKey: string
  /** The running processes. */
  readonly children: ReadonlyMap<PartName, Child>
  /** Resolves, never rejects, when a part has ended that nobody asked to end. */
  readonly failed: Promise<Error>
  readonly stop: () => Promise<void>
  /** SIGKILL for everything at once. */
  readonly kill: () => Promise<void>
  /** SIGKILL for the host: what a crash of the functions looks like. The rest goes on. */
  readonly killHost: () => Promise<void>
  /** Starts the host anew at the same address, running or not, with these settings changed; with another entry if one is given. */
  readonly restartHost: (changes?: LocalSettings, entry?: string | Bundles) => Promise<void>
}

/**
 * Resolves when everything answers.
 * @throws Error that says what could not start and why; nothing is left running then
 */
export const startStack = async (options: StackOptions): Promise<Stack> => {
  const { onProgress = () => {}, dataFolder } = options
  const folder = openDataFolder(dataFolder)
  let logs: ReturnType<typeof openPartLogs> | undefined
  let chosen: ChosenPorts | undefined
  const parts = createPartGroup({
    signal: options.signal,
    onLine: (part, line, stream) => {
      logs?.write(part, line)
      options.onLine?.(part, line, stream)
    },
    onChange: folder.record,
  })
  const end = async (endParts: () => Promise<void>): Promise<void> => {
    await endParts()
    await logs?.close()
    await chosen?.release()
    folder.release()
  }
  let stopping: Promise<void> | undefined
  const stop = (): Promise<void> => (stopping ??= end(parts.stop))
  const step = stepsOf(parts, onProgress)

  try {
    await refuseUsedPorts(options.ports)
    if (options.reset) folder.clear()
    folder.begin(new Date())
    logs = openPartLogs(join(dataFolder, 'logs'))
    chosen = await choosePorts(options.ports)
    const { ports } = chosen
    const urls = urlsOf(ports)
    const settings = { ...moveToPorts(options.settings, urls), ...options.overrides }
    const start = startOf(parts, options, { ports, settings })
    const hostSettings = await options.hostSettings?.({ urls, settings })
    await Promise.all(parties.map((part) => step(partTitles[part], () => start(part))))
    const [{ integrationKey }] = await Promise.all([
      step('Seed data', () => options.seed({ settings, dataFolder })),
      step(partTitles.functions, () => start('functions', hostSettings)),
    ])
    return {
      urls,
      settings,
      integrationKey,
      children: parts.children,
      failed: parts.failed,
      stop,
      kill: () => end(parts.kill),
      killHost: () => parts.remove('functions', (host) => host.kill()),
      restartHost: async (changes, other) => {
        await parts.remove('functions', (host) => host.stop())
        await start('functions', changes, other)
      },
    }
  } catch (error) {
    parts.giveUp(error)
    await stop()
    throw error
  }
}

/** Everything that the functions need, started side by side. */
const parties = ['azurite', 'serviceBus', 'peers'] as const

/** Starts one part, with these settings changed if any are given, and another entry if one is. */
const startOf =
  (
    parts: ReturnType<typeof createPartGroup>,
    { dataFolder, entry = defaultEntry, clockShiftMs = 0 }: StackOptions,
    { ports, settings }: { readonly ports: Ports; readonly settings: LocalSettings },
  ) =>
  (part: PartName, changes: LocalSettings = {}, program = entry): Promise<void> =>
    parts.start(part, {
      ...programOf[part]({ ports, dataFolder, settings: { ...settings, ...changes }, entry: program }),
      execArgv: shiftedClockOptions(clockShiftMs),
    })

/** Does one step of the start, and tells how long it took. */
const stepsOf =
  (parts: ReturnType<typeof createPartGroup>, onProgress: NonNullable<StackOptions['onProgress']>) =>
  async <T>(name: string, work: () => Promise<T>): Promise<T> => {
    const begun = performance.now()
    const result = await parts.unlessFailed(work())
    onProgress({ name, ms: performance.now() - begun })
    return result
  }
