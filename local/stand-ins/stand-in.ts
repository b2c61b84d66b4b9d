// What every stand-in of a peer is: a server on the loopback with a control API, and the routes of what it stands in for.
import { type IncomingMessage, type ServerResponse, createServer } from 'node:http'
import { closeServer, idleConnectionMs, listenOnLoopback } from '@theone/local-process/loopback'
import { answerThroughFault } from './faults.ts'
import { type Answer, type Route, findRoute, problem, sendAnswer } from './http-exchange.ts'
import { type Control, type FaultsAndCounts, answerControl } from './stand-in-control.ts'

export type Exchange = {
  readonly request: IncomingMessage
  readonly response: ServerResponse
  readonly method: string
  readonly pathname: string
  readonly query: URLSearchParams
}

export type StandIn = {
  /** As in "The PSA stand-in". */
  readonly name: string
  /** 0 takes any free port. */
  readonly port: number
  /** The environment variable that changes the port. */
  readonly portSetting: string
  readonly control: readonly Route<Control>[]
  /** All that is not for the control API. `undefined` sends nothing: a fault wants it so. */
  readonly answer: (exchange: Exchange) => Answer | undefined | Promise<Answer | undefined>
  /** What is left to close once the server is closed. */
  readonly close: () => void | Promise<void>
}

export type RunningStandIn = { readonly url: string; readonly close: () => Promise<void> }

/** @throws PortInUseError */
export const startStandIn = async (standIn: StandIn): Promise<RunningStandIn> => {
  const server = createServer({ keepAliveTimeout: idleConnectionMs }, (request, response) => {
    void respond(standIn, request, response)
  })
  const url = await listenOnLoopback(server, standIn.port, standIn.portSetting)
  return {
    url,
    close: async () => {
      // What hangs on purpose would hold the process for the whole grace.
      await closeServer(server, 200)
      await standIn.close()
    },
  }
}

type Operation = { readonly name: string; readonly tenantId: string | undefined }

/** Counts an operation, and carries it out unless a fault keeps it from that. */
export const carryOut = (
  { faults, counts }: FaultsAndCounts,
  { name, tenantId }: Operation,
  response: ServerResponse,
  run: () => Answer | Promise<Answer>,
): Promise<Answer | undefined> => {
  counts.add(name, tenantId)
  return answerThroughFault(faults.take(name, tenantId), response, run)
}

const respond = async (standIn: StandIn, request: IncomingMessage, response: ServerResponse): Promise<void> => {
  try {
    const answer = await answerTo(standIn, request, response)
    if (answer) sendAnswer(response, answer)
  } catch (error) {
    const what = `The ${standIn.name} stand-in could not answer ${request.method} ${request.url?.split('?', 1)[0]}`
    // Whoever hangs up within a request has had enough: no fault of the stand-in.
    if (!request.complete) return console.error(`${what}: the caller hung up before the request was whole.`)
    console.error(`${what}:`, error)
    if (!response.headersSent) sendAnswer(response, problem(500, 'The stand-in failed: see its output'))
  }
}

const answerTo = async (
  { control, answer }: StandIn,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<Answer | undefined> => {
  const refusal = refuseForeignHost(request)
  if (refusal) return refusal
  const { pathname, searchParams: query } = new URL(request.url ?? '/', 'http://localhost')
  const method = request.method ?? 'GET'
  const controlled = findRoute(control, method, pathname)
  return controlled ? answerControl(controlled, request, query) : answer({ request, response, method, pathname, query })
}

/** Nothing of a laptop must be reached under a foreign name that someone points at it (DNS rebinding). */
const refuseForeignHost = ({ headers: { host = '' } }: IncomingMessage): Answer | undefined =>
  /^(?:127\.0\.0\.1|\[::1\]|(?:[a-z0-9-]+\.)*localhost)(?::\d+)?$/i.test(host)
    ? undefined
    : problem(421, 'This host name is not served', { detail: 'Use 127.0.0.1 or localhost.' })
