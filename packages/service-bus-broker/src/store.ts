// Where messages are kept: a SQLite file. What is written in one turn of the event loop is one transaction, committed before
// anything is answered, so that an answer means stored.
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync, type StatementSync } from 'node:sqlite'

export type MessageState = 'active' | 'deferred' | 'scheduled'

/** All that is known of a message but its content. Times are Unix times in ms. */
export type MessageRow = {
  /** Its sequence number. */
  readonly id: number
  /** Path of the queue, subscription, dead-letter queue or (scheduled ones) topic that holds it, in lower case. */
  readonly path: string
  readonly state: MessageState
  /** How often it was handed out. */
  readonly deliveries: number
  readonly enqueuedAt: number
  readonly expiresAt: number | undefined
  /** When a scheduled one becomes active. */
  readonly dueAt: number | undefined
}

export type MessageContent = {
  readonly content: Buffer
  /** Time to live in ms that its sender asked for. */
  readonly ttl: number | undefined
  /** The sequence number that it got where it was first sent to. */
  readonly originSequence: number
}

export type Store = {
  readonly nextSequence: () => number
  readonly insert: (row: MessageRow, message: MessageContent) => void
  readonly read: (id: number) => MessageContent
  readonly remove: (id: number) => void
  readonly setDeliveries: (id: number, deliveries: number) => void
  readonly setState: (id: number, state: MessageState) => void
  readonly setContent: (id: number, content: Buffer) => void
  /** To the dead-letter queue `path`, as an active message with new content. */
  readonly deadLetter: (id: number, path: string, content: Buffer) => void
  /** True when this id was seen at `path` after `since`; remembers it otherwise. */
  readonly isDuplicate: (path: string, messageId: string, since: number, now: number) => boolean
  /** Forgets a few of those that were seen before; to be called with every message, so that it never takes long. */
  readonly forgetDuplicates: (path: string, before: number) => void
  /** Every message, by sequence number. All are read at once, since taking them in moves some. */
  readonly rows: () => readonly MessageRow[]
  /** Makes what was written since the last time permanent. */
  readonly commit: () => void
  readonly close: () => void
}

const states = ['active', 'deferred', 'scheduled'] as const
const version = 1

const schema = `
  CREATE TABLE message (
    id INTEGER PRIMARY KEY, path TEXT NOT NULL, state INTEGER NOT NULL, deliveries INTEGER NOT NULL,
    enqueuedAt INTEGER NOT NULL, expiresAt INTEGER, dueAt INTEGER, ttl INTEGER, originSequence INTEGER NOT NULL,
    content BLOB NOT NULL
  ) STRICT;
  CREATE TABLE duplicate (
    path TEXT NOT NULL, messageId TEXT NOT NULL, at INTEGER NOT NULL, PRIMARY KEY (path, messageId)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX duplicateByAge ON duplicate (path, at);
  CREATE TABLE counter (name TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT;
  INSERT INTO counter VALUES ('sequence', 0);
  PRAGMA user_version = ${version};
`

/** Sequence numbers are reserved in blocks; what is left of a block when the broker ends is never used. */
const sequenceBlock = 1_000

/**
 * Opens or creates the store of a folder; without one it is kept in memory. What was committed survives the end of the process by
 * any signal; a power cut may cost the last moments.
 *
 * @throws Error when another broker uses the folder, or a newer version wrote it
 */
export const openStore = (folder?: string): Store => {
  const file = folder === undefined ? ':memory:' : join(folder, 'messages.sqlite')
  if (folder !== undefined) mkdirSync(folder, { recursive: true })
  const database = new DatabaseSync(file)
  try {
    prepare(database)
  } catch (cause) {
    database.close()
    const reason = cause instanceof Error ? cause.message : String(cause)
    const advice = /locked/.test(reason)
      ? 'Another broker uses it: stop that one, or give --data another folder.'
      : 'Delete it to start afresh.'
    throw new Error(`${file} cannot be opened: ${reason}. ${advice}`, { cause })
  }
  return createStore(database)
}

const prepare = (database: DatabaseSync): void => {
  // Exclusive: one broker a folder. Checkpoints are rarer than by default, since each waits for the disk.
  database.exec('PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;')
  database.exec('PRAGMA wal_autocheckpoint = 4000; PRAGMA cache_size = -16000;')
  const found = Number(Object.values(database.prepare('PRAGMA user_version').get() ?? {})[0])
  if (found === 0) database.exec(`BEGIN IMMEDIATE; ${schema} COMMIT;`)
  else if (found !== version) throw new Error(`its format is ${found} and this broker knows ${version}`)
}

const createStore = (database: DatabaseSync): Store => {
  const statement = (sql: string): StatementSync => database.prepare(sql)
  const { write, commit } = createTransaction(database)
  const insert = statement('INSERT INTO message VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)')
  const remove = statement('DELETE FROM message WHERE id = ?')
  const setDeliveries = statement('UPDATE message SET deliveries = ? WHERE id = ?')
  const setState = statement('UPDATE message SET state = ? WHERE id = ?')
  const setContent = statement('UPDATE message SET content = ? WHERE id = ?')
  const deadLetter = statement('UPDATE message SET path = ?, state = 0, content = ? WHERE id = ?')
  const remember = statement('INSERT OR REPLACE INTO duplicate VALUES (?, ?, ?)')
  const forget = statement(`
    DELETE FROM duplicate WHERE (path, messageId) IN (
      SELECT path, messageId FROM duplicate WHERE path = ? AND at < ? ORDER BY at LIMIT 2
    )`)
  const seen = statement('SELECT 1 FROM duplicate WHERE path = ? AND messageId = ? AND at >= ?')

  return {
    nextSequence: createSequence(database, write),
    insert: (row, { ttl, originSequence, content }) =>
      write(
        insert,
        row.id,
        row.path,
        states.indexOf(row.state),
        row.deliveries,
        row.enqueuedAt,
        row.expiresAt ?? null,
        row.dueAt ?? null,
        ttl ?? null,
        originSequence,
        content,
      ),
    read: createReader(database),
    remove: (id) => write(remove, id),
    setDeliveries: (id, deliveries) => write(setDeliveries, deliveries, id),
    setState: (id, state) => write(setState, states.indexOf(state), id),
    setContent: (id, content) => write(setContent, content, id),
    deadLetter: (id, path, content) => write(deadLetter, path, content, id),
    isDuplicate: (path, messageId, since, now) => {
      if (seen.get(path, messageId, since) !== undefined) return true
      write(remember, path, messageId, now)
      return false
    },
    forgetDuplicates: (path, before) => write(forget, path, before),
    rows: () => readRows(database),
    commit,
    close: () => {
      commit()
      database.close()
    },
  }
}

type Write = (prepared: StatementSync, ...values: (string | number | null | Buffer)[]) => void

/** Everything written up to a commit is one transaction. */
const createTransaction = (database: DatabaseSync): { readonly write: Write; readonly commit: () => void } => {
  const begin = database.prepare('BEGIN')
  const commit = database.prepare('COMMIT')
  let isOpen = false
  return {
    write: (prepared, ...values) =>
      orEnd(() => {
        if (!isOpen) begin.run()
        isOpen = true
        prepared.run(...values)
      }),
    commit: () =>
      orEnd(() => {
        if (isOpen) commit.run()
        isOpen = false
      }),
  }
}

/** A broker that cannot write must not go on: what it holds would differ from what is stored. The next one reads what is stored. */
const orEnd = (run: () => void): void => {
  try {
    run()
  } catch (cause) {
    const error = new Error('The local Service Bus cannot store messages, and ends.', { cause })
    // Outside of whoever might catch it.
    setImmediate(() => {
      throw error
    })
    throw error
  }
}

const createSequence = (database: DatabaseSync, write: Write): (() => number) => {
  const update = database.prepare("UPDATE counter SET value = ? WHERE name = 'sequence'")
  let last = Number(database.prepare("SELECT value FROM counter WHERE name = 'sequence'").get()?.['value'])
  let reserved = last
  return () => {
    if (last === reserved) {
      reserved += sequenceBlock
      write(update, reserved)
    }
    last += 1
    return last
  }
}

const createReader = (database: DatabaseSync): Store['read'] => {
  const select = database.prepare('SELECT content, ttl, originSequence FROM message WHERE id = ?')
  return (id) => {
    const row = select.get(id)
    if (row === undefined) throw new Error(`Message ${id} is not in the store although the broker holds it.`)
    const bytes = row['content'] as Uint8Array
    return {
      content: Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength),
      ttl: (row['ttl'] as number | null) ?? undefined,
      originSequence: row['originSequence'] as number,
    }
  }
}

const readRows = (database: DatabaseSync): readonly MessageRow[] => {
  const select = database.prepare(
    'SELECT id, path, state, deliveries, enqueuedAt, expiresAt, dueAt FROM message ORDER BY id',
  )
  return Array.from(select.iterate(), (row) => ({
    id: row['id'] as number,
    path: row['path'] as string,
    state: states[row['state'] as number] ?? 'active',
    deliveries: row['deliveries'] as number,
    enqueuedAt: row['enqueuedAt'] as number,
    expiresAt: (row['expiresAt'] as number | null) ?? undefined,
    dueAt: (row['dueAt'] as number | null) ?? undefined,
  }))
}
