// The arguments with which the processes of stand-ins are started.
import { parseArgs } from 'node:util'

/** @throws Error that names `setting`, the environment variable that changes the port */
export const portFrom = (text: string, setting: string): number => {
  if (/^\d{1,5}$/.test(text) && Number(text) <= 65_535) return Number(text)
  throw new Error(`"${text}" is not a port. Set --port or ${setting} to a number from 0 to 65535.`)
}

/** What a stand-in is started with whose callers come with an integration key. */
export type KeyedOptions = {
  /** 0 takes any free port. */
  readonly port: number
  /** Integration keys that are accepted. */
  readonly keys: readonly string[]
  /** Where its state is kept; without it all is gone when the process ends. */
  readonly dataFolder?: string
}

/**
 * Of `--key <integration key> [--key <another>] [--port <port>] [--data <folder>]`.
 * @param usualPort without `--port`; `setting` is the environment variable that changes it
 */
export const readKeyedOptions = (usualPort: string, setting: string): KeyedOptions => {
  const { values } = parseArgs({
    options: {
      port: { type: 'string', default: usualPort },
      data: { type: 'string' },
      key: { type: 'string', multiple: true, default: [] },
    },
  })
  return {
    port: portFrom(values.port, setting),
    keys: values.key,
    ...(values.data !== undefined && { dataFolder: values.data }),
  }
}
