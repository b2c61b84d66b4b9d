// Texts of any size in a table: a property takes 64 KiB, an entity 1 MiB. Short texts stand in their row; long ones, compressed, in rows
// of their own that are written before the row that names them.
import { promisify } from 'node:util'
import { deflateRaw, inflateRaw } from 'node:zlib'

export type KeptText = {
  /** JSON. */
  readonly text: string
  /** `<id>:<rows>` when the text stands in rows of its own. */
  readonly ref?: string
}

const inlineMax = 16 * 1_024
const partLength = 60 * 1_024
const partsPerRow = 14

/**
 * JSON (without line breaks) in ASCII: escapes are part of JSON. No server mistakes U+2028 in a transaction for the end of a line then, or breaks a character
 * that comes in two chunks.
 */
export const toAscii = (json: string): string =>
  json.replaceAll(/[^ -~]/g, (character) => String.raw`\u` + character.charCodeAt(0).toString(16).padStart(4, '0'))

const escapeLength = String.raw`\u0000`.length

export const isLong = (json: string): boolean =>
  json.length > inlineMax || (json.length * escapeLength > inlineMax && toAscii(json).length > inlineMax)

type PayloadRow = Readonly<Record<string, Uint8Array>>

/** The properties of each row that the text needs. */
export const packText = async (text: string): Promise<readonly PayloadRow[]> => {
  const bytes = await promisify(deflateRaw)(Buffer.from(text), { level: 1 })
  const rows: Array<Record<string, Uint8Array>> = []
  for (let start = 0; start < bytes.length; start += partLength * partsPerRow) {
    const row: Record<string, Uint8Array> = {}
    const end = Math.min(start + partLength * partsPerRow, bytes.length)
    for (let part = start; part < end; part += partLength)
      row[`c${(part - start) / partLength}`] = bytes.subarray(part, Math.min(part + partLength, end))
    rows.push(row)
  }
  return rows
}

export const unpackText = async (rows: ReadonlyArray<Readonly<Record<string, unknown>>>): Promise<string> => {
  const parts = rows.flatMap((row) =>
    Array.from({ length: partsPerRow }, (_, index) => row[`c${index}`]).filter((part) => part instanceof Uint8Array),
  )
  return (await promisify(inflateRaw)(Buffer.concat(parts))).toString('utf8')
}

export const payloadRowKey = (id: string, index: number): string => `p|${id}|${String(index).padStart(4, '0')}`

export const rowsOfRef = (ref: string): readonly string[] => {
  const [id = '', count = '0'] = ref.split(':')
  return Array.from({ length: Number(count) }, (_, index) => payloadRowKey(id, index))
}
