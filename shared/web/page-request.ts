// One request to the public web: bounded in time and bytes, by an address that was checked.
import { createHash } from 'node:crypto'
import { type IncomingMessage, get as getPlain } from 'node:http'
import { get } from 'node:https'
import type { Readable, Transform } from 'node:stream'
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib'
import { type Lookup, publicOnly } from './public-address.ts'

export type WebAccess = {
  /** Resolves names; of the system unless a test has its own. */
  readonly lookup: Lookup
  /** Base URL of what stands for the public web on a laptop: `<base>/<host>/<path>` is the page. */
  readonly standIn?: string | undefined
}

export type WebAnswer = {
  readonly status: number
  readonly headers: IncomingMessage['headers']
  readonly bytes: Buffer
}

/** How this suite names itself to web sites, and in their `robots.txt`. */
export const agentName = 'TheOneStackEnrichment'
const userAgent = `${agentName}/1.0 (+https://theonestack.app/enrichment)`

export class TooLarge extends Error {
  override readonly name = 'TooLarge'
}

type Limits = { readonly bytesMax: number; readonly signal: AbortSignal }

/** Follows no redirect. Throws what the connection fails with, `AddressRefused`, `TooLarge`, and the reason of the signal. */
export const requestPage = async (access: WebAccess, url: URL, limits: Limits): Promise<WebAnswer> => {
  const response = await begin(access, url, limits.signal)
  try {
    const bytes = await readAll(response, limits)
    return { status: response.statusCode ?? 0, headers: response.headers, bytes }
  } finally {
    response.destroy()
  }
}

const begin = ({ lookup, standIn }: WebAccess, url: URL, signal: AbortSignal): Promise<IncomingMessage> =>
  new Promise((resolve, reject) => {
    const headers = {
      'user-agent': userAgent,
      accept: 'text/html,application/xhtml+xml;q=0.9,text/plain;q=0.5',
      'accept-encoding': 'gzip, deflate, br',
    }
    const request =
      standIn === undefined
        ? get(url, { headers, signal, agent: false, lookup: publicOnly(lookup) }, resolve)
        : getPlain(
            new URL(`${standIn}/${url.host}${url.pathname}${url.search}`),
            { headers, signal, agent: false },
            resolve,
          )
    request.on('error', reject)
  })

/** Unpacked as it comes, so that a small answer cannot become a large one. */
const readAll = async (response: IncomingMessage, { bytesMax, signal }: Limits): Promise<Buffer> => {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of unpacked(response) as AsyncIterable<Buffer>) {
    signal.throwIfAborted()
    bytes += chunk.byteLength
    if (bytes > bytesMax) throw new TooLarge(`The answer has more than ${bytesMax} bytes.`)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

const unpackers: ReadonlyMap<string, () => Transform> = new Map([
  ['gzip', () => createGunzip()],
  ['deflate', () => createInflate()],
  ['br', () => createBrotliDecompress()],
])

const unpacked = (response: IncomingMessage): Readable => {
  const encoding = response.headers['content-encoding']?.trim().toLowerCase() ?? 'identity'
  if (encoding === 'identity' || encoding === '') return response
  const unpack = unpackers.get(encoding)?.()
  if (!unpack) throw new Error(`The answer is packed as ${encoding.slice(0, 20)}, which was not asked for.`)
  response.on('error', (error) => unpack.destroy(error))
  return response.pipe(unpack)
}

export const digestOf = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex')
