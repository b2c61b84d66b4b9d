// Floor, a process: `node:http` alone looks a session up as the suite does (cookie, SHA-256, point read, kept for 5 s), without a library.
import { createHash, createHmac } from 'node:crypto'
import { Agent, type IncomingMessage, type ServerResponse, createServer, get } from 'node:http'
import { text } from 'node:stream/consumers'
import { serveAsChild } from '@theone/local-process/child-process'
import { closeServer, listenOnLoopback } from '@theone/local-process/loopback'

const connection = Object.fromEntries(
  (process.env['DATA_STORAGE'] ?? '').split(';').map((pair) => [pair.split('=', 1)[0], pair.replace(/^[^=]*=/, '')]),
)
const { TableEndpoint = '', AccountName = '', AccountKey = '' } = connection
const key = Buffer.from(AccountKey, 'base64')
const agent = new Agent({ keepAlive: true })

/** https://learn.microsoft.com/rest/api/storageservices/authorize-with-shared-key (Shared Key Lite of the Table service) */
const readRow = async (idHash: string): Promise<string> => {
  const url = new URL(`${TableEndpoint}/sessions(PartitionKey='${idHash}',RowKey='session')`)
  const date = new Date().toUTCString()
  const signature = createHmac('sha256', key).update(`${date}\n/${AccountName}${url.pathname}`).digest('base64')
  const headers = {
    accept: 'application/json;odata=nometadata',
    'x-ms-date': date,
    'x-ms-version': '2019-02-02',
    authorization: `SharedKeyLite ${AccountName}:${signature}`,
  }
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    get(url, { agent, headers }, resolve).once('error', reject)
  })
  const body = await text(response)
  if (response.statusCode !== 200) throw new Error(`The table answered ${response.statusCode}: ${body.slice(0, 200)}`)
  return body
}

type Session = Readonly<Record<string, string>>

const cacheMs = 5_000
const cache = new Map<string, { readonly session: Session; readonly until: number }>()

const find = async (cookie: string): Promise<Session> => {
  const idHash = createHash('sha256').update(cookie).digest('base64url')
  const cached = cache.get(idHash)
  if (cached && cached.until > Date.now()) return cached.session
  const session = JSON.parse(await readRow(idHash)) as Session
  cache.set(idHash, { session, until: Date.now() + cacheMs })
  return session
}

const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
  const cookie = /(?:^|; )code_session=([^;]*)/.exec(request.headers.cookie ?? '')?.[1] ?? ''
  try {
    const { userId, email, role, tenantId, expiresAt } = await find(cookie)
    response.setHeader('content-type', 'application/json')
    response.end(JSON.stringify({ user: { id: userId, email, role }, tenant: { id: tenantId }, expiresAt }))
  } catch (error) {
    response.writeHead(500).end(String(error))
  }
}

const server = createServer((request, response) => void answer(request, response))

await serveAsChild(async () => ({
  urls: { sessions: await listenOnLoopback(server, 0, 'none') },
  close: () => closeServer(server, 0),
}))
