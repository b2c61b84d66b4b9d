// One Function App as it is deployed, in a host of its own: the folder that the build made of it, and nothing else.
import { join } from 'node:path'
import { type Child, againCode, describeEnding, startChild } from '@theone/local-process/child-process'
import { hostProgram } from '../package-programs.ts'
import { settingsOfOthers } from './own-settings.ts'

export type AppFunction = {
  readonly name: string
  readonly config: {
    readonly bindings: readonly {
      readonly type: string
      readonly route?: string
      readonly methods?: readonly string[]
    }[]
  }
}

export type AppHost = {
  readonly app: string
  readonly functions: readonly AppFunction[]
  /** Where it is now: another address once it was started again. */
  readonly url: () => string
  readonly stop: () => Promise<void>
}

export type AppHostOptions = {
  /** The folder with a folder for each app, in which `main.mjs` and `host.json` are. */
  readonly folder: string
  /** Where hosts keep when their timers ran. */
  readonly stateFolder: string
  /** The Node.js that runs it; that of this process unless given. */
  readonly node?: string | undefined
  readonly onLine: (line: string, stream: 'stdout' | 'stderr') => void
  /** It has ended by itself and stays away. */
  readonly onFailure: (error: Error) => void
}

const stopMsMax = 4_000

/** On Azure each app has a task hub of its own, named after it. */
const hubSetting = 'AzureFunctionsJobHost__extensions__durableTask__hubName'

/** Resolves when it serves; one that a function's timeout has ended is started again. */
export const startAppHost = async (app: string, options: AppHostOptions): Promise<AppHost> => {
  const { folder, stateFolder, node, onLine, onFailure } = options
  const start = (): Promise<Child> =>
    startChild({
      name: app,
      file: hostProgram,
      args: [
        '--entry',
        join(folder, app, 'main.mjs'),
        '--host-json',
        join(folder, app, 'host.json'),
        '--state',
        join(stateFolder, app),
        '--port',
        '0',
      ],
      env: { ...settingsOfOthers(app), [hubSetting]: app.replaceAll(/[^a-z0-9]/gi, '') },
      onLine,
      ...(node !== undefined && { node }),
    })
  let child = await start()
  let stopping = false
  const keepAlive = async (): Promise<void> => {
    for (;;) {
      const ending = await child.ended
      if (stopping) return
      if (ending.code !== againCode) throw new Error(describeEnding(app, ending))
      child = await start()
    }
  }
  keepAlive().catch(onFailure)
  const url = (): string => child.urls['functions'] ?? ''
  return {
    app,
    functions: (await (await fetch(`${url()}/admin/functions`)).json()) as readonly AppFunction[],
    url,
    stop: async () => {
      stopping = true
      await child.stop(stopMsMax)
    },
  }
}
