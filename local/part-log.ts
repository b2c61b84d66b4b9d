// What the parts of the local stack write, in a file each; that of the run before is kept beside it.
import { createWriteStream, existsSync, mkdirSync, renameSync, type WriteStream } from 'node:fs'
import { finished } from 'node:stream/promises'
import { join } from 'node:path'

type PartLogs = {
  readonly write: (part: string, line: string) => void
  /** Resolves when everything is in the files. */
  readonly close: () => Promise<void>
}

export const openPartLogs = (folder: string): PartLogs => {
  mkdirSync(folder, { recursive: true })
  const files = new Map<string, WriteStream>()
  const open = (part: string): WriteStream => {
    const file = join(folder, `${part}.log`)
    if (existsSync(file)) renameSync(file, join(folder, `${part}.previous.log`))
    const stream = createWriteStream(file)
    // A full disk must not end the stack; the terminal still has warnings and errors.
    stream.once('error', (error) => console.error(`The log ${file} cannot be written: ${error.message}`))
    files.set(part, stream)
    return stream
  }
  return {
    write: (part, line) => {
      const stream = files.get(part) ?? open(part)
      if (stream.writable) stream.write(`${line}\n`)
    },
    close: async () => {
      const streams = [...files.values()]
      for (const stream of streams) stream.end()
      await Promise.allSettled(streams.map((stream) => finished(stream)))
    },
  }
}
