// Keeps the state of a stand-in over restarts and crashes: one line of JSON a change, written before the change is answered.
import { appendFileSync, closeSync, mkdirSync, openSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { z } from 'zod'

export type Journal<Entry> = {
  readonly append: (entry: Entry) => void
  /** Replaces everything written so far, in one step. */
  readonly rewrite: (entries: readonly Entry[]) => void
  readonly close: () => void
}

const forgetfulJournal: Journal<unknown> = { append: () => {}, rewrite: () => {}, close: () => {} }

type OpenedJournal<Entry> = { readonly journal: Journal<Entry>; readonly entries: readonly Entry[] }

/** The journal `name` of a stand-in, as `openJournal`; one that forgets for a stand-in without a folder. */
export const openJournalIn = <Entry>(
  folder: string | undefined,
  name: string,
  schema: z.ZodType<Entry>,
): OpenedJournal<Entry> =>
  folder === undefined ? { journal: forgetfulJournal, entries: [] } : openJournal(join(folder, name), schema)

/**
 * Opens or creates `file`. A last line without its end was being written when the process died: it was never answered, and
 * is left out. What was written survives the end of the process by any signal; it is not forced to disk against a power cut.
 *
 * @throws Error naming file and line for any other line that cannot be read
 */
export const openJournal = <Entry>(file: string, schema: z.ZodType<Entry>): OpenedJournal<Entry> => {
  mkdirSync(dirname(file), { recursive: true })
  const entries = readEntries(file, schema)
  rewriteFile(file, entries)
  let descriptor: number | undefined = openSync(file, 'a')
  // The number of a closed file may belong to another one by now: never write to it.
  const open = (): number => {
    if (descriptor === undefined) throw new Error(`${file} is closed: the stand-in is shutting down.`)
    return descriptor
  }
  const journal: Journal<Entry> = {
    append: (entry) => appendFileSync(open(), `${JSON.stringify(entry)}\n`),
    rewrite: (kept) => {
      rewriteFile(file, kept)
      closeSync(open())
      descriptor = openSync(file, 'a')
    },
    close: () => {
      closeSync(open())
      descriptor = undefined
    },
  }
  return { journal, entries }
}

const readEntries = <Entry>(file: string, schema: z.ZodType<Entry>): Entry[] => {
  const complete = readIfThere(file).split('\n').slice(0, -1)
  return complete.map((line, index) => {
    try {
      return schema.parse(JSON.parse(line))
    } catch (cause) {
      throw new Error(`Line ${index + 1} of ${file} cannot be read. Delete the file to start afresh.`, { cause })
    }
  })
}

const readIfThere = (file: string): string => {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return ''
    throw error
  }
}

const rewriteFile = (file: string, entries: readonly unknown[]): void => {
  const next = `${file}.next`
  writeFileSync(next, entries.map((entry) => `${JSON.stringify(entry)}\n`).join(''))
  renameSync(next, file)
}
