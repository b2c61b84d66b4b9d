// The secrets on disk: a journal of changes, each line of it encrypted with a key that only the user of the machine can read.
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import { chmodSync, existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { type Journal, openJournalIn } from '../stand-ins/journal.ts'
import { SecretChange } from './secrets.ts'

const Line = z.strictObject({ sealed: z.base64() })
type Line = z.infer<typeof Line>

const keyName = 'key-vault.key'
const journalName = 'key-vault.jsonl'
const keyBytes = 32
const nonceBytes = 12
const tagBytes = 16
/** A line of another file does not become one of this. */
const purpose = Buffer.from('local key vault, change of a secret')

/**
 * @param folder without one all is forgotten when the process ends
 * @throws Error when the key does not fit, others can read it, or a line cannot be read
 */
export const openSecretJournal = (
  folder: string | undefined,
): { readonly journal: Journal<SecretChange>; readonly changes: readonly SecretChange[] } => {
  const key = folder === undefined ? randomBytes(keyBytes) : keyIn(folder)
  const { journal, entries } = openJournalIn(folder, journalName, Line)
  return {
    journal: {
      append: (change) => journal.append(seal(key, change)),
      rewrite: (changes) => journal.rewrite(changes.map((change) => seal(key, change))),
      close: journal.close,
    },
    changes: entries.map((line, index) => open(key, line, index)),
  }
}

const keyIn = (folder: string): Buffer => {
  const file = join(folder, keyName)
  mkdirSync(folder, { recursive: true })
  if (!existsSync(file)) {
    if (existsSync(join(folder, journalName)))
      throw new Error(`${file} is gone, and the secrets beside it cannot be read without it. Add --reset.`)
    writeFileSync(file, randomBytes(keyBytes), { mode: 0o600, flag: 'wx' })
    // The mode of a new file is cut by the umask, never widened; this makes up for a umask that cuts too much.
    chmodSync(file, 0o600)
  }
  // Windows keeps no such bits.
  if (process.platform !== 'win32' && (statSync(file).mode & 0o077) !== 0)
    throw new Error(`Other users can read ${file}, which decrypts the local secrets. Run: chmod 600 ${file}`)
  const key = readFileSync(file)
  if (key.byteLength !== keyBytes) throw new Error(`${file} is no key of ${keyBytes} bytes. Add --reset.`)
  return key
}

const seal = (key: Buffer, change: SecretChange): Line => {
  const nonce = randomBytes(nonceBytes)
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(purpose)
  const sealed = Buffer.concat([cipher.update(JSON.stringify(change)), cipher.final()])
  return { sealed: Buffer.concat([nonce, cipher.getAuthTag(), sealed]).toString('base64') }
}

const open = (key: Buffer, { sealed }: Line, index: number): SecretChange => {
  const bytes = Buffer.from(sealed, 'base64')
  const [nonce, tag] = [bytes.subarray(0, nonceBytes), bytes.subarray(nonceBytes, nonceBytes + tagBytes)]
  try {
    const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: tagBytes })
    decipher.setAAD(purpose).setAuthTag(tag)
    const text = Buffer.concat([decipher.update(bytes.subarray(nonceBytes + tagBytes)), decipher.final()])
    return SecretChange.parse(JSON.parse(text.toString('utf8')))
  } catch (cause) {
    throw new Error(`Line ${index + 1} of ${journalName} was changed or written with another key. Add --reset.`, {
      cause,
    })
  }
}
