// Stand-in of The One Hub: signs in demo people and hands them over to a product with a product token, as Hub does (HUB-1, HUB-2).
import { randomUUID } from 'node:crypto'
import { type IncomingMessage, type ServerResponse, createServer } from 'node:http'
import { LoginRequest, loginPath } from '../../shared/peers/hub/contract.ts'
import { closeServer, listenOnLoopback } from '../loopback.ts'
import { answerThroughFault, createFaults } from './faults.ts'
import { type Answer, findRoute, problem, readJsonBody, sendAnswer } from './http-exchange.ts'
import { createHubControl } from './hub-control.ts'
import { choicePage, handOverPage, homePage, refusalPage, withoutProductPage } from './hub-pages.ts'
import { type Member, findMember } from './hub-people.ts'
import { type HubProduct, claimsFor, signToken } from './hub-tokens.ts'

type ProductAccess = {
  /** Origin under which browsers see the product. */
  readonly publicUrl: string
  /** Signs the tokens of this product (HS256). */
  readonly secret: string
}

export type HubOptions = {
  /** 0 takes any free port. */
  readonly port: number
  /** `iss` of the tokens; without it the address at which the stand-in listens. */
  readonly issuer?: string
  readonly products: Readonly<Record<HubProduct, ProductAccess>>
}

export type RunningHub = { readonly url: string; readonly close: () => Promise<void> }

export const startHub = async ({ port, issuer, products }: HubOptions): Promise<RunningHub> => {
  const faults = createFaults()
  const sidOf = createSessionIds()
  const issuerNow = (): string => issuer ?? url
  const control = createHubControl({
    faults,
    issuer: issuerNow,
    secretOf: (product) => products[product].secret,
    sidOf,
  })

  const login = async (query: URLSearchParams): Promise<Answer> => {
    const parsed = LoginRequest.safeParse(Object.fromEntries(query))
    if (!parsed.success)
      return refusalPage(
        400,
        'This sign-in link is not complete',
        parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`),
      )
    const request = parsed.data
    const member = request.login_hint === undefined ? undefined : findMember(request.login_hint)
    if (!member) return choicePage(request)
    const { product, nonce, returnTo } = request
    if (!member.person.entitlements.includes(product) && query.get('handOver') !== 'anyway')
      return withoutProductPage(request, member)
    const claims = claimsFor({ product, member, issuer: issuerNow(), sid: sidOf(member), nonce, now: new Date() })
    const token = await signToken(claims, products[product].secret)
    const target = `${products[product].publicUrl}/api/${product}/session`
    return handOverPage(product, member, { target, token, returnTo })
  }

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<Answer | undefined> => {
    if (!isLoopbackHost(request.headers.host))
      return problem(421, 'This host name is not served', { detail: 'Use 127.0.0.1 or localhost.' })
    const method = request.method ?? 'GET'
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://localhost')
    const controlled = findRoute(control, method, pathname)
    if (controlled) return answerControl(request, controlled.handler)
    if (method !== 'GET') return problem(404, 'There is no such route')
    if (pathname === '/') return homePage({ code: products.code.publicUrl, ai: products.ai.publicUrl })
    if (pathname !== loginPath) return refusalPage(404, 'There is no such page', ['Hub begins at /.'])
    const page = await login(searchParams)
    return answerThroughFault(faults.take('login', undefined), response, () => page)
  }

  const server = createServer((request, response) => {
    void respond(response, answer(request, response))
  })
  const url = await listenOnLoopback(server, port, 'LOCAL_HUB_PORT')
  // What hangs on purpose would hold the process for the whole grace.
  return { url, close: () => closeServer(server, 200) }
}

/** One Hub session per person for as long as the stand-in runs. */
const createSessionIds = () => {
  const sessions = new Map<string, string>()
  return ({ person }: Member): string => {
    const sid = sessions.get(person.id) ?? randomUUID()
    sessions.set(person.id, sid)
    return sid
  }
}

const answerControl = async (
  request: IncomingMessage,
  handler: (body: unknown) => Answer | Promise<Answer>,
): Promise<Answer> => {
  // A page of another site in the person's browser must not order tokens behind their back.
  const site = request.headers['sec-fetch-site'] ?? 'none'
  if (site !== 'none' && site !== 'same-origin') return problem(403, 'The request came from another site')
  const read = await readJsonBody(request)
  return 'refusal' in read ? read.refusal : handler(read.value)
}

const respond = async (response: ServerResponse, answering: Promise<Answer | undefined>): Promise<void> => {
  try {
    const answer = await answering
    if (answer) sendAnswer(response, answer)
  } catch (error) {
    console.error('The Hub stand-in could not answer:', error)
    if (!response.headersSent) sendAnswer(response, problem(500, 'The stand-in failed: see its output'))
  }
}

/** Who hands out tokens must not be reached under a foreign name that someone points at this machine (DNS rebinding). */
const isLoopbackHost = (host: string | undefined): boolean =>
  /^(?:127\.0\.0\.1|\[::1\]|(?:[a-z0-9-]+\.)*localhost)(?::\d+)?$/i.test(host ?? '')
